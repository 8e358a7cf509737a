using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.CasClient.Storage;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.CasServer;

/// <summary>The blobs that an <c>ActionResult</c> names: files, streams, trees and the files in the trees.</summary>
internal sealed class ActionOutputs(BlobStore store)
{
    // A trailer of gRPC holds some 8 KiB: that many names are enough to upload the next ones.
    private const int MaxReported = 32;

    // A Tree is read whole; one that is larger is not looked into, only for.
    private const int MaxTreeBytes = 64 * 1024 * 1024;

    /// <summary>The first few blobs that are not here. Looking for a blob counts as a use of it.</summary>
    /// <exception cref="CasException">Malformed: a digest, or a tree that is none.</exception>
    public IReadOnlyList<Digest> FindMissing(Protos.ActionResult result)
    {
        List<Digest> missing = [];
        HashSet<Digest> seen = [];
        foreach (Protos.Digest message in NamedBy(result))
        {
            Look(message, seen, missing);
        }

        foreach (Protos.OutputDirectory directory in result.OutputDirectories)
        {
            if (directory.TreeDigest is not null && Look(directory.TreeDigest, seen, missing) is Digest tree)
            {
                LookInto(tree, seen, missing);
            }

            if (directory.RootDirectoryDigest is not null)
            {
                Look(directory.RootDirectoryDigest, seen, missing);
            }
        }

        return missing;
    }

    private static IEnumerable<Protos.Digest> NamedBy(Protos.ActionResult result)
    {
        IEnumerable<Protos.Digest?> digests = result.OutputFiles
            .Select(static file => (Protos.Digest?)file.Digest)
            .Append(result.StdoutDigest)
            .Append(result.StderrDigest);
        return digests.OfType<Protos.Digest>();
    }

    private Digest? Look(Protos.Digest message, HashSet<Digest> seen, List<Digest> missing)
    {
        // A digest without a hash is how some clients say that there is none.
        if (message.Hash.Length == 0 && message.SizeBytes == 0)
        {
            return null;
        }

        if (!WireDigest.TryParse(message, out Digest digest))
        {
            throw new CasException(CasErrorKind.Malformed, $"the action result names a malformed digest of {message.SizeBytes} bytes");
        }

        if (seen.Add(digest) && !store.Contains(digest))
        {
            if (missing.Count < MaxReported)
            {
                missing.Add(digest);
            }

            return null;
        }

        return digest;
    }

    private void LookInto(in Digest digest, HashSet<Digest> seen, List<Digest> missing)
    {
        if (digest.SizeBytes > MaxTreeBytes || !store.TryOpen(digest, out BlobLease? lease))
        {
            return;
        }

        using (lease)
        {
            Protos.Tree tree;
            try
            {
                tree = Protos.Tree.Parser.ParseFrom(StoredBytes.ReadAll(lease));
            }
            catch (Exception exception) when (ProtobufFault.Is(exception))
            {
                throw new CasException(CasErrorKind.Malformed, $"blob {digest}, named as a tree, is no Tree message", digest);
            }

            IEnumerable<Protos.Directory> directories = tree.Root is null ? tree.Children : tree.Children.Prepend(tree.Root);
            foreach (Protos.FileNode file in directories.SelectMany(static directory => directory.Files))
            {
                if (file.Digest is not null)
                {
                    Look(file.Digest, seen, missing);
                }
            }
        }
    }
}
