using VirtualRoot.Building;
using VirtualRoot.CasClient;
using VirtualRoot.Grpc;
using VirtualRoot.Outputs;
using VirtualRoot.Scratch;

namespace VirtualRoot.Worker.Control;

/// <summary>What a caller of the control API is told of a failure.</summary>
internal static class ControlStatus
{
    /// <summary>Answers a call; a failure that says something to the caller becomes its status.</summary>
    public static async Task<T> GuardAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception exception) when (Of(exception) is { } status)
        {
            throw new RpcException(status, exception.Message, exception);
        }
    }

    /// <summary>The status of a failure of the CAS.</summary>
    public static StatusCode Of(CasErrorKind kind) => kind switch
    {
        CasErrorKind.Missing => StatusCode.NotFound,
        CasErrorKind.Unavailable => StatusCode.Unavailable,
        CasErrorKind.Corrupt => StatusCode.DataLoss,
        CasErrorKind.Denied => StatusCode.PermissionDenied,
        CasErrorKind.LimitExceeded => StatusCode.ResourceExhausted,
        _ => StatusCode.Internal,
    };

    private static StatusCode? Of(Exception exception) => exception switch
    {
        OutputException output => output.Kind switch
        {
            OutputErrorKind.InvalidPath => StatusCode.InvalidArgument,
            OutputErrorKind.Changing => StatusCode.Aborted,
            OutputErrorKind.LimitExceeded => StatusCode.ResourceExhausted,
            _ => StatusCode.FailedPrecondition,
        },
        BuildDirectoryException build => build.Kind switch
        {
            BuildDirectoryErrorKind.BadName => StatusCode.InvalidArgument,
            BuildDirectoryErrorKind.NameTaken => StatusCode.AlreadyExists,
            BuildDirectoryErrorKind.TooManyRoots => StatusCode.ResourceExhausted,
            _ => StatusCode.Unavailable,
        },
        CasException cas => Of(cas.Kind),
        ScratchException or IOException => StatusCode.Internal,
        _ => null,
    };
}
