namespace VirtualRoot.Fuse.Mounting;

/// <summary>A mount could not be made; the message is one line and names the remedy.</summary>
public sealed class FuseMountException : IOException
{
    /// <summary>With that message.</summary>
    public FuseMountException(string message)
        : base(message)
    {
    }

    /// <summary>With that message and cause.</summary>
    public FuseMountException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Without a message.</summary>
    public FuseMountException()
    {
    }
}
