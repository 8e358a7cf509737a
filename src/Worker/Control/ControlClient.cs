using VirtualRoot.CasClient;
using VirtualRoot.Grpc;
using VirtualRoot.Outputs;
using VirtualRoot.Worker.Control.Protos;

namespace VirtualRoot.Worker.Control;

/// <summary>Calls the control API of a daemon.</summary>
public static class ControlClient
{
    // A result of some hundred thousand outputs.
    private const int MaxMessageBytes = 256 << 20;

    /// <summary>Captures outputs of the root that a daemon serves.</summary>
    /// <param name="folder">The daemon's private folder.</param>
    /// <param name="root">The root's name in a build directory; null: the daemon's only one.</param>
    /// <param name="request">Which outputs.</param>
    /// <param name="cancellationToken">Gives up, and breaks the capture off.</param>
    /// <exception cref="OutputException">An output cannot be captured; says which and why.</exception>
    /// <exception cref="CasException">The daemon cannot be reached, or its CAS failed.</exception>
    public static async Task<CapturedOutputs> CommitAsync(string folder, string? root, OutputRequest request, CancellationToken cancellationToken)
    {
        GrpcChannelOptions options = new() { MaxReceiveMessageSize = MaxMessageBytes };
        await using GrpcChannel channel = GrpcChannel.ForAddress("unix:" + ControlServer.SocketIn(folder), options);
        CommitRequest message = CommitMessages.From(request);
        message.Root = root ?? string.Empty;
        try
        {
            return CommitMessages.To(await channel.UnaryAsync(
                ControlMethods.Commit, message, new CallOptions(CancellationToken: cancellationToken)).ConfigureAwait(false));
        }
        catch (RpcException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            string told = exception.Status.Detail;
            throw exception.StatusCode switch
            {
                StatusCode.InvalidArgument => new OutputException(OutputErrorKind.InvalidPath, told),
                StatusCode.FailedPrecondition => new OutputException(OutputErrorKind.NotExpressible, told),
                StatusCode.Aborted => new OutputException(OutputErrorKind.Changing, told),
                StatusCode.PermissionDenied => new CasException(CasErrorKind.Denied, told),
                _ => new CasException(CasErrorKind.Other, $"the daemon could not capture: {told}"),
            };
        }
    }
}
