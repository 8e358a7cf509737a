using Google.Protobuf;
using VirtualRoot.CasClient;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.CasServer.Execution;

/// <summary>This server's own.</summary>
internal sealed class LocalActionCache(ActionResultStore results, ActionOutputs outputs) : IActionCache
{
    public Task<Protos.ActionResult?> FindAsync(string instance, Digest action, CancellationToken cancellationToken)
    {
        Protos.ActionResult? result = results.TryGet(instance, action) is { } bytes ? Protos.ActionResult.Parser.ParseFrom(bytes) : null;
        return Task.FromResult(result is not null && outputs.FindMissing(result).Count == 0 ? result : null);
    }

    public Task KeepAsync(string instance, Digest action, Protos.ActionResult result, CancellationToken cancellationToken)
    {
        results.Put(instance, action, result.ToByteArray());
        return Task.CompletedTask;
    }
}
