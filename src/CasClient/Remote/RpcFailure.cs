using System.Security.Authentication;
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
        Create(exception, DetailsOf(exception), server, what, digest);

    /// <summary>The failure of one blob within a batch.</summary>
    public static CasException ToCasException(Protos.Status status, string server, string what, in Digest digest) =>
        Create(new RpcException((StatusCode)status.Code, status.Message), status, server, what, digest);

    /// <summary>The failure of storing a blob, whose bytes were right when they left: INVALID_ARGUMENT says that others came.</summary>
    public static CasException ToStoreException(RpcException exception, string server, Digest digest) => exception.StatusCode == StatusCode.InvalidArgument
        ? new CasException(
            CasErrorKind.Corrupt, $"blob {digest} was refused by the CAS as other bytes than were sent; check what lies between ({server}: {ToldBy(exception)})", digest, exception)
        : ToCasException(exception, server, $"storing blob {digest}", digest);

    /// <summary>The same, within a batch.</summary>
    public static CasException ToStoreException(Protos.Status status, string server, Digest digest) => status.Code == (int)StatusCode.InvalidArgument
        ? ToStoreException(new RpcException(StatusCode.InvalidArgument, status.Message), server, digest)
        : ToCasException(status, server, $"storing blob {digest}", digest);

    /// <summary>Whether and how often another attempt makes sense.</summary>
    public static RetryScope RetryScopeOf(CasException exception) => (exception.InnerException as RpcException)?.StatusCode switch
    {
        // Certificates that do not match now will not in a minute.
        _ when exception.Kind == CasErrorKind.Denied => RetryScope.Never,
        StatusCode.Unavailable or StatusCode.Aborted or StatusCode.DeadlineExceeded or StatusCode.Cancelled => RetryScope.UntilDeadline,
        StatusCode.ResourceExhausted or StatusCode.Internal => RetryScope.FewTimes,
        StatusCode.InvalidArgument when exception.Kind == CasErrorKind.Corrupt => RetryScope.FewTimes,
        _ => RetryScope.Never,
    };

    private static CasException Create(RpcException inner, Protos.Status? details, string server, string what, Digest? digest)
    {
        string told = ToldBy(inner);
        if (inner.StatusCode == StatusCode.FailedPrecondition && TryGetMissing(details, out Digest? missing))
        {
            // The server knows best which blob it lacks: that of a call about a tree or a batch is one of many.
            string which = missing is null || missing == digest ? what : $"blob {missing}, needed for {what},";
            return new CasException(CasErrorKind.Missing, $"{which} is not in the CAS; push it again ({server}: {told})", missing ?? digest, inner);
        }

        (CasErrorKind kind, string text) = inner.StatusCode switch
        {
            StatusCode.NotFound when digest is not null => (CasErrorKind.Missing, "is not in the CAS; push it again"),
            StatusCode.Unavailable when IsTlsFailure(inner) =>
                (CasErrorKind.Denied, "needs TLS that both sides trust; check the CA file, the client certificate and the host's name"),
            StatusCode.Unavailable when server.StartsWith("grpcs:", StringComparison.Ordinal) =>
                (CasErrorKind.Unavailable, "cannot be had from the CAS now; check that it runs, can be reached, and does not want another client certificate"),
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

    private static string ToldBy(RpcException exception) =>
        exception.Status.Detail is { Length: > 0 } detail ? $"{exception.StatusCode}: {EscapedText.Of(detail)}" : exception.StatusCode.ToString();

    private static bool IsTlsFailure(RpcException exception)
    {
        Exception? cause = exception.InnerException;
        while (cause is not (null or AuthenticationException))
        {
            cause = cause.InnerException;
        }

        return cause is not null;
    }

    private static Protos.Status? DetailsOf(RpcException exception)
    {
        try
        {
            return Protos.Status.Parser.ParseFrom(exception.Status.DetailsBin.Span);
        }
        catch (InvalidProtocolBufferException)
        {
            // Details that are not protobuf say nothing; the status itself still counts.
            return null;
        }
    }

    private static bool TryGetMissing(Protos.Status? details, out Digest? missing)
    {
        missing = null;
        try
        {
            PreconditionFailure.Types.Violation? violation = details?.Details
                .Where(detail => detail.TypeUrl == PreconditionFailureType)
                .SelectMany(detail => PreconditionFailure.Parser.ParseFrom(detail.Value).Violations)
                .FirstOrDefault(violation => violation.Type == "MISSING");
            if (violation is not null
                && violation.Subject.Split('/') is [.., string hash, string size]
                && Digest.TryParse($"{hash}/{size}", out Digest subject))
            {
                missing = subject;
            }

            return violation is not null;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }
}
