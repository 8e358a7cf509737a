using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.CasClient.Results;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.CasServer.Execution;

/// <summary>
/// That of another server, under the instance that the session was opened with. A result counts only while all of it is in the
/// CAS, the files in its Trees, too: clients that get one do not look themselves.
/// </summary>
internal sealed class RemoteActionCache(CasConnection connection, CasSession cas) : IActionCache
{
    // A Tree is read whole; one that is larger is not looked into, only for.
    private const int MaxTreeBytes = 64 * 1024 * 1024;

    public async Task<Protos.ActionResult?> FindAsync(string instance, Digest action, CancellationToken cancellationToken)
    {
        ActionResult? result = await connection.GetActionResultAsync(action, cancellationToken).ConfigureAwait(false);
        return result is not null && await IsWholeAsync(result, cancellationToken).ConfigureAwait(false) ? ActionResultMessage.From(result) : null;
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

    private async Task<bool> IsWholeAsync(ActionResult result, CancellationToken cancellationToken)
    {
        HashSet<Digest> named = [.. NamedBy(result)];
        if (!await AreHereAsync(named, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        // Unchanged Trees are in the local store after their first hit; the files in all of them are one question.
        HashSet<Digest> inTrees = [];
        foreach (Digest tree in result.Directories.Select(static directory => directory.Tree).OfType<Digest>().Distinct())
        {
            if (tree.SizeBytes <= MaxTreeBytes && !await TryAddFilesAsync(tree, inTrees, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }

        inTrees.ExceptWith(named);
        return await AreHereAsync(inTrees, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> AreHereAsync(HashSet<Digest> digests, CancellationToken cancellationToken)
    {
        digests.RemoveWhere(static digest => digest.SizeBytes == 0);
        return digests.Count == 0 || (await cas.Sink.FindMissingAsync(digests, cancellationToken).ConfigureAwait(false)).Count == 0;
    }

    /// <summary>False: it went meanwhile, or is no Tree.</summary>
    private async Task<bool> TryAddFilesAsync(Digest tree, HashSet<Digest> files, CancellationToken cancellationToken)
    {
        Protos.Tree message;
        try
        {
            using BlobLease lease = await cas.Blobs.OpenAsync(tree, cancellationToken).ConfigureAwait(false);
            message = Protos.Tree.Parser.ParseFrom(StoredBytes.ReadAll(lease));
        }
        catch (CasException exception) when (exception.Kind is CasErrorKind.Missing or CasErrorKind.Corrupt)
        {
            return false;
        }
        catch (Exception exception) when (ProtobufFault.Is(exception))
        {
            return false;
        }

        IEnumerable<Protos.Directory> directories = message.Root is null ? message.Children : message.Children.Prepend(message.Root);
        foreach (Protos.Digest file in directories.SelectMany(static directory => directory.Files).Select(static file => file.Digest))
        {
            if (!WireDigest.TryParse(file, out Digest digest))
            {
                return false;
            }

            files.Add(digest);
        }

        return true;
    }
}
