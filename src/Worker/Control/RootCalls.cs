using VirtualRoot.CasClient.Uploads;
using VirtualRoot.Grpc;
using VirtualRoot.Outputs;

namespace VirtualRoot.Worker.Control;

/// <summary>The calls of a daemon that serves one root.</summary>
internal sealed class RootCalls(Tree.Root root, IBlobSink sink)
{
    public void AddTo(GrpcServerHost host) => host.AddUnary(ControlMethods.Commit, (request, context) => ControlStatus.GuardAsync(async () =>
    {
        if (request.Root.Length > 0)
        {
            throw new RpcException(StatusCode.NotFound, $"this daemon serves one root, and no build directory with a root {request.Root}");
        }

        await using OutputCapture capture = new(root, CommitMessages.To(request));
        return CommitMessages.From(await capture.CaptureAsync(sink, null, null, context.CancellationToken).ConfigureAwait(false));
    }));
}
