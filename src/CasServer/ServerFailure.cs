using VirtualRoot.CasClient;
using VirtualRoot.Grpc;

namespace VirtualRoot.CasServer;

/// <summary>The one place where a failure of the store becomes a gRPC status.</summary>
internal static class ServerFailure
{
    /// <summary>The status that REAPI gives to a failure.</summary>
    public static StatusCode CodeOf(CasErrorKind kind) => kind switch
    {
        CasErrorKind.Missing => StatusCode.NotFound,
        CasErrorKind.Corrupt or CasErrorKind.Malformed or CasErrorKind.Unsupported => StatusCode.InvalidArgument,
        CasErrorKind.LimitExceeded => StatusCode.ResourceExhausted,
        CasErrorKind.Denied => StatusCode.PermissionDenied,
        CasErrorKind.Unavailable => StatusCode.Unavailable,
        _ => StatusCode.Internal,
    };

    /// <summary>Runs a handler, and turns its failure into a status.</summary>
    public static async Task<T> TranslateAsync<T>(Func<Task<T>> handler)
    {
        try
        {
            return await handler().ConfigureAwait(false);
        }
        catch (CasException exception)
        {
            throw new RpcException(CodeOf(exception.Kind), exception.Message, exception);
        }
        catch (ObjectDisposedException exception)
        {
            throw new RpcException(StatusCode.Unavailable, "this CAS is shutting down: retry elsewhere or later", exception);
        }
    }

    /// <summary>A blob that is not here.</summary>
    public static RpcException NotFound(in Digest digest) => new(StatusCode.NotFound, $"blob {digest} is not in this CAS");
}
