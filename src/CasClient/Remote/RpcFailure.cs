using Google.Protobuf;
using VirtualRoot.CasClient.Protos;
using VirtualRoot.Grpc;

namespace VirtualRoot.CasClient.Remote;

/// <summary>What a gRPC status means to us: the only place where a status becomes a <see cref="CasException"/>.</summary>
internal static class RpcFailure
{
    private const string PreconditionFailureType = "type.googleapis.com/google.rpc.PreconditionFailure";

    /// <summary>The failure of a call about <paramref name="what"/> (a digest, or a call's name).</summary>
    public static CasException ToCasException(RpcException exception, string server, string what, Digest? digest = null) =>
        Create(exception.StatusCode, exception.Status.Detail, server, what, digest, IsMissing(exception), exception);

    /// <summary>The failure of one blob within a batch; <paramref name="code"/> is its <c>google.rpc.Status</c> code.</summary>
    public static CasException ToCasException(int code, string detail, string server, string what, in Digest digest) =>
        Create((StatusCode)code, detail, server, what, digest, false, new RpcException((StatusCode)code, detail));

    /// <summary>Whether and how often another attempt makes sense.</summary>
    public static RetryScope RetryScopeOf(CasException exception) => (exception.InnerException as RpcException)?.StatusCode switch
    {
        StatusCode.Unavailable or StatusCode.Aborted or StatusCode.DeadlineExceeded or StatusCode.Cancelled => RetryScope.UntilDeadline,
        StatusCode.ResourceExhausted or StatusCode.Internal => RetryScope.FewTimes,
        _ => RetryScope.Never,
    };

    public static bool IsUnimplemented(RpcException exception) => exception.StatusCode == StatusCode.Unimplemented;

    private static CasException Create(
        StatusCode code, string detail, string server, string what, Digest? digest, bool isMissing, RpcException inner)
    {
        string told = detail.Length == 0 ? code.ToString() : $"{code}: {EscapedText.Of(detail)}";
        (CasErrorKind kind, string text) = code switch
        {
            StatusCode.NotFound when digest is not null => (CasErrorKind.Missing, "is not in the CAS; push it again"),
            StatusCode.FailedPrecondition when isMissing => (CasErrorKind.Missing, "is not in the CAS; push it again"),
            StatusCode.Unavailable or StatusCode.Aborted or StatusCode.DeadlineExceeded or StatusCode.Cancelled =>
                (CasErrorKind.Unavailable, "cannot be had from the CAS now; check that it runs and can be reached"),
            StatusCode.ResourceExhausted => (CasErrorKind.LimitExceeded, "exceeds what the CAS or this client allows"),
            StatusCode.DataLoss => (CasErrorKind.Corrupt, "is corrupt in the CAS; push it again"),
            StatusCode.PermissionDenied or StatusCode.Unauthenticated =>
                (CasErrorKind.Denied, "was refused by the CAS; check the credentials and the instance name"),
            StatusCode.Unimplemented => (CasErrorKind.Unsupported, "needs what the CAS does not implement"),
            _ => (CasErrorKind.Other, "failed"),
        };
        return new CasException(kind, $"{what} {text} ({server}: {told})", digest, inner);
    }

    private static bool IsMissing(RpcException exception)
    {
        try
        {
            return Protos.Status.Parser.ParseFrom(exception.Status.DetailsBin.Span).Details
                .Where(detail => detail.TypeUrl == PreconditionFailureType)
                .SelectMany(detail => PreconditionFailure.Parser.ParseFrom(detail.Value).Violations)
                .Any(violation => violation.Type == "MISSING");
        }
        catch (InvalidProtocolBufferException)
        {
            // Details that are not protobuf say nothing; the status itself still counts.
            return false;
        }
    }
}
