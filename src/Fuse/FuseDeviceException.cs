namespace VirtualRoot.Fuse;

/// <summary>A FUSE connection cannot be served, or no longer; the message is one line and says why.</summary>
public sealed class FuseDeviceException : IOException
{
    /// <summary>With that message.</summary>
    public FuseDeviceException(string message)
        : base(message)
    {
    }

    /// <summary>With that message and cause.</summary>
    public FuseDeviceException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Without a message.</summary>
    public FuseDeviceException()
    {
    }
}
