namespace VirtualRoot.Grpc;

/// <summary>The outcome of a call, with gRPC's numbers.</summary>
public enum StatusCode
{
    /// <summary>The call succeeded.</summary>
    OK = 0,

    /// <summary>The caller cancelled the call.</summary>
    Cancelled = 1,

    /// <summary>A failure that fits no other code, or a peer that sent none.</summary>
    Unknown = 2,

    /// <summary>The request is wrong whatever the server's state.</summary>
    InvalidArgument = 3,

    /// <summary>The time given for the call ran out.</summary>
    DeadlineExceeded = 4,

    /// <summary>What was asked for does not exist.</summary>
    NotFound = 5,

    /// <summary>What was to be created exists.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known, and may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A quota, a message size or memory is exhausted.</summary>
    ResourceExhausted = 8,

    /// <summary>The server's state does not allow the call (REAPI: blobs are missing).</summary>
    FailedPrecondition = 9,

    /// <summary>A conflict with another call; the caller may retry at a higher level.</summary>
    Aborted = 10,

    /// <summary>Outside the valid range, such as an offset beyond the end.</summary>
    OutOfRange = 11,

    /// <summary>The server does not know the method.</summary>
    Unimplemented = 12,

    /// <summary>An invariant is broken, in the peer or on the wire.</summary>
    Internal = 13,

    /// <summary>The server cannot be reached now; retrying with backoff is right.</summary>
    Unavailable = 14,

    /// <summary>Data is lost or corrupt.</summary>
    DataLoss = 15,

    /// <summary>The caller is not authenticated.</summary>
    Unauthenticated = 16,
}
