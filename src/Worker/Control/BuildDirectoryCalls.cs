using VirtualRoot.Building;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Uploads;
using VirtualRoot.Grpc;
using VirtualRoot.Outputs;
using VirtualRoot.Worker.Control.Protos;

namespace VirtualRoot.Worker.Control;

/// <summary>The calls of a daemon that serves a build directory.</summary>
internal sealed class BuildDirectoryCalls(BuildDirectory build, IBlobSink sink)
{
    public void AddTo(GrpcServerHost host)
    {
        host.AddUnary(ControlMethods.CreateRoot, (request, context) => ControlStatus.GuardAsync(() => CreateAsync(request, context.CancellationToken)));
        host.AddUnary(ControlMethods.GetRoot, (request, _) => Task.FromResult(RootMessages.From(Find(request.Id))));
        host.AddUnary(ControlMethods.ListRoots, (_, _) => Task.FromResult(List()));
        host.AddUnary(ControlMethods.WaitRoot, (request, context) => ControlStatus.GuardAsync(() => WaitAsync(request, context.CancellationToken)));
        host.AddUnary(ControlMethods.SetActionInit, (request, _) => Task.FromResult(SetActionInit(request)));
        host.AddUnary(ControlMethods.Commit, (request, context) => ControlStatus.GuardAsync(() => CommitAsync(request, context.CancellationToken)));
        host.AddUnary(ControlMethods.DestroyRoot, (request, context) => ControlStatus.GuardAsync(() => DestroyAsync(request, context.CancellationToken)));
    }

    private async Task<Root> CreateAsync(CreateRootRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return RootMessages.From(await build.CreateAsync(request.Id.Length == 0 ? null : request.Id, RootMessages.To(request), cancellationToken).ConfigureAwait(false));
        }
        catch (CasException missing) when (missing.Kind == CasErrorKind.Missing)
        {
            // As REAPI tells it: the caller is to upload and try again.
            throw new RpcException(StatusCode.FailedPrecondition, missing.Message, missing);
        }
    }

    private ListRootsResponse List()
    {
        ListRootsResponse response = new();
        response.Roots.AddRange(build.List().Select(RootMessages.From));
        return response;
    }

    private async Task<WaitRootResponse> WaitAsync(WaitRootRequest request, CancellationToken cancellationToken)
    {
        if (!request.UntilRemoved)
        {
            await Find(request.Id).WaitUntilIdleAsync(cancellationToken).ConfigureAwait(false);
        }
        else if (build.Find(request.Id) is { } root)
        {
            await root.Removal.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        return new WaitRootResponse();
    }

    private SetActionInitResponse SetActionInit(SetActionInitRequest request)
    {
        try
        {
            Find(request.Id).SetActionInit(request.Pid);
            return new SetActionInitResponse();
        }
        catch (ArgumentException fault)
        {
            throw new RpcException(StatusCode.FailedPrecondition, fault.Message, fault);
        }
    }

    private async Task<CommitResponse> CommitAsync(CommitRequest request, CancellationToken cancellationToken)
    {
        BuildRoot root = Find(request.Root);
        bool namesNone = request.OutputPaths.Count + request.OutputFiles.Count + request.OutputDirectories.Count == 0;
        CapturedOutputs captured = namesNone && root.HasOutputs
            ? await root.CaptureAsync(sink, cancellationToken).ConfigureAwait(false)
            : await root.CaptureAsync(CommitMessages.To(request), sink, cancellationToken).ConfigureAwait(false);
        return CommitMessages.From(captured);
    }

    private async Task<DestroyRootResponse> DestroyAsync(DestroyRootRequest request, CancellationToken cancellationToken)
    {
        BuildRoot root = Find(request.Id);
        DestroyRootResponse response = new() { Statistics = RootMessages.StatisticsOf(root.Root) };
        await root.DisposeAsync().ConfigureAwait(false);
        if (request.Wait)
        {
            await root.Removal.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        return response;
    }

    private BuildRoot Find(string id) => build.Find(id) is { } root && !root.Root.IsRemoved
        ? root
        : throw new RpcException(StatusCode.NotFound, $"there is no root '{id}' in {build.Path}");
}
