namespace VirtualRoot.CasClient;

/// <summary>Why a CAS operation failed; callers decide by this, people read the message.</summary>
public enum CasErrorKind
{
    /// <summary>The blob is not in the CAS (REAPI: FAILED_PRECONDITION with a MISSING violation).</summary>
    Missing,

    /// <summary>The CAS could not be reached, or did not answer within the deadline (UNAVAILABLE).</summary>
    Unavailable,

    /// <summary>Bytes that do not match their digest, twice (DATA_LOSS).</summary>
    Corrupt,

    /// <summary>A well-hashed message that REAPI forbids: a Directory that is not canonical, a cycle (INVALID_ARGUMENT).</summary>
    Malformed,

    /// <summary>A stated limit was exceeded: entries, depth, nodes, message size (RESOURCE_EXHAUSTED).</summary>
    LimitExceeded,

    /// <summary>The server refused: credentials, permissions (PERMISSION_DENIED, UNAUTHENTICATED).</summary>
    Denied,

    /// <summary>The server or we lack a feature: digest function, compressor (UNIMPLEMENTED).</summary>
    Unsupported,

    /// <summary>Anything else the server answered.</summary>
    Other,
}
