using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.CasClient.Results;
using VirtualRoot.CasClient.Uploads;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.CasServer.Execution;

/// <summary>
/// That of another server, under the instance that the connection was opened with. That server answers for what Trees name:
/// here only the blobs that the result itself names are looked for.
/// </summary>
internal sealed class RemoteActionCache(CasConnection connection, IBlobSink sink) : IActionCache
{
    public async Task<Protos.ActionResult?> FindAsync(string instance, Digest action, CancellationToken cancellationToken)
    {
        ActionResult? result = await connection.GetActionResultAsync(action, cancellationToken).ConfigureAwait(false);
        if (result is null)
        {
            return null;
        }

        Digest[] named = [.. NamedBy(result).Where(static digest => digest.SizeBytes > 0).Distinct()];
        bool isWhole = named.Length == 0 || (await sink.FindMissingAsync(named, cancellationToken).ConfigureAwait(false)).Count == 0;
        return isWhole ? ActionResultMessage.From(result) : null;
    }

    public Task KeepAsync(string instance, Digest action, Protos.ActionResult result, CancellationToken cancellationToken) =>
        connection.UpdateActionResultAsync(action, ActionResultMessage.To(result), cancellationToken);

    private static IEnumerable<Digest> NamedBy(ActionResult result)
    {
        IEnumerable<Digest?> perhaps = result.Directories
            .SelectMany(static directory => new[] { directory.Tree, directory.RootDirectory })
            .Append(result.Stdout?.Digest)
            .Append(result.Stderr?.Digest);
        return result.Files.Select(static file => file.Digest).Concat(perhaps.OfType<Digest>());
    }
}
