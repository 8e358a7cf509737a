namespace VirtualRoot.CasClient;

/// <summary>A CAS operation that failed. The message is one line and names the digest and the remedy.</summary>
public sealed class CasException : Exception
{
    /// <summary>A failure of <paramref name="kind"/>, about <paramref name="digest"/> where one is concerned.</summary>
    public CasException(CasErrorKind kind, string message, Digest? digest = null, Exception? innerException = null)
        : base(message, innerException)
    {
        Kind = kind;
        Digest = digest;
    }

    /// <summary>What went wrong.</summary>
    public CasErrorKind Kind { get; }

    /// <summary>The blob concerned, if one is.</summary>
    public Digest? Digest { get; }
}
