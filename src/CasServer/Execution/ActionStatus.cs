using VirtualRoot.CasClient;
using VirtualRoot.Grpc;

namespace VirtualRoot.CasServer.Execution;

/// <summary>Whether an action could be run, and if not, why not (<c>google.rpc.Status</c>).</summary>
/// <param name="Code">OK, or the reason by its kind.</param>
/// <param name="Message">One line for a person; empty where it is OK.</param>
public sealed record ActionStatus(StatusCode Code, string Message)
{
    /// <summary>It ran.</summary>
    public static ActionStatus Ok { get; } = new(StatusCode.OK, string.Empty);

    /// <summary>FAILED_PRECONDITION: blobs that the client should upload; each is told as a MISSING violation.</summary>
    public IReadOnlyList<Digest> Missing { get; init; } = [];

    /// <summary>What REAPI calls a failure of the CAS.</summary>
    public static ActionStatus Of(CasException exception) => new(CodeOf(exception.Kind), exception.Message)
    {
        Missing = exception is { Kind: CasErrorKind.Missing, Digest: { } digest } ? [digest] : [],
    };

    private static StatusCode CodeOf(CasErrorKind kind) => kind switch
    {
        CasErrorKind.Missing => StatusCode.FailedPrecondition,
        CasErrorKind.Unavailable => StatusCode.Unavailable,
        CasErrorKind.Corrupt => StatusCode.DataLoss,
        CasErrorKind.Malformed or CasErrorKind.Unsupported => StatusCode.InvalidArgument,
        CasErrorKind.LimitExceeded => StatusCode.ResourceExhausted,
        CasErrorKind.Denied => StatusCode.PermissionDenied,
        _ => StatusCode.Internal,
    };
}
