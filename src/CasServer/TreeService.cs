using System.Globalization;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.CasClient.Storage;
using VirtualRoot.Grpc;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.CasServer;

/// <summary>
/// REAPI <c>GetTree</c>: breadth first, each directory once, what is missing below the root left out. A page token is the
/// number of directories before it: the walk is the same each time, so the server keeps nothing between calls.
/// </summary>
internal sealed class TreeService(BlobStore store, RequestCheck check)
{
    // A page is a message: 1 MiB goes well through HTTP/2 windows, 1,000 directories are some 200 KiB.
    private const int DefaultPageSize = 1000;
    private const int MaxPageBytes = 1024 * 1024;

    // What a client's own limit on a message (16 MiB here) lets through.
    private const int MaxDirectoryBytes = 16 * 1024 * 1024 - 1024;

    public async Task<bool> GetTree(Protos.GetTreeRequest request, IServerStreamWriter<StoredTreePage> pages, ServerCallContext context)
    {
        check.Instance(request.InstanceName);
        Digest root = RequestCheck.Digest(request.RootDigest, request.DigestFunction);
        int pageSize = PageSize(request.PageSize);
        long skip = Skip(request.PageToken);
        List<byte[]> held = [];
        long bytes = 0;
        long sent = 0;
        foreach (byte[] directory in Walk(root, context.CancellationToken))
        {
            if (skip > 0)
            {
                skip--;
                sent++;
                continue;
            }

            if (held.Count == pageSize || (held.Count > 0 && bytes + directory.Length > MaxPageBytes))
            {
                sent += held.Count;
                await SendAsync(pages, held, sent.ToString(CultureInfo.InvariantCulture), context.CancellationToken).ConfigureAwait(false);
                held.Clear();
                bytes = 0;
            }

            held.Add(directory);
            bytes += directory.Length;
        }

        await SendAsync(pages, held, string.Empty, context.CancellationToken).ConfigureAwait(false);
        return true;
    }

    private static Task SendAsync(
        IServerStreamWriter<StoredTreePage> pages, List<byte[]> directories, string token, CancellationToken cancellationToken) =>
        pages.WriteAsync(new StoredTreePage([.. directories], token), cancellationToken);

    private static int PageSize(int stated) => stated switch
    {
        < 0 => throw new RpcException(StatusCode.InvalidArgument, $"page_size {stated} is negative"),
        0 => DefaultPageSize,
        _ => stated,
    };

    private static long Skip(string token) => token.Length == 0
        ? 0
        : long.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out long skip)
            ? skip
            : throw new RpcException(StatusCode.InvalidArgument, "page_token is none that this server gave");

    private IEnumerable<byte[]> Walk(Digest root, CancellationToken cancellationToken)
    {
        HashSet<Digest> seen = [root];
        Queue<Digest> queue = new(seen);
        while (queue.TryDequeue(out Digest digest))
        {
            cancellationToken.ThrowIfCancellationRequested();
            byte[]? bytes = TryRead(digest);
            if (bytes is null)
            {
                if (digest == root)
                {
                    throw ServerFailure.NotFound(root);
                }

                continue;
            }

            foreach (Digest child in Children(digest, bytes))
            {
                if (seen.Add(child))
                {
                    queue.Enqueue(child);
                }
            }

            yield return bytes;
        }
    }

    private byte[]? TryRead(in Digest digest)
    {
        if (digest.SizeBytes > MaxDirectoryBytes)
        {
            throw Malformed(digest, $"more than {MaxDirectoryBytes} bytes are no directory");
        }

        if (!store.TryOpen(digest, out BlobLease? lease))
        {
            return null;
        }

        using (lease)
        {
            return StoredBytes.ReadAll(lease);
        }
    }

    private static List<Digest> Children(in Digest digest, byte[] bytes)
    {
        try
        {
            List<Digest> children = [];
            foreach (Protos.DirectoryNode node in Protos.Directory.Parser.ParseFrom(bytes).Directories)
            {
                children.Add(WireDigest.TryParse(node.Digest, out Digest child)
                    ? child
                    : throw Malformed(digest, "a subdirectory's digest is malformed"));
            }

            return children;
        }
        catch (Exception exception) when (ProtobufFault.Is(exception))
        {
            throw Malformed(digest, "it is no Directory message");
        }
    }

    private static RpcException Malformed(in Digest digest, string reason) =>
        new(StatusCode.InvalidArgument, $"directory {digest}: {reason}");
}
