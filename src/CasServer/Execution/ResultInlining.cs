using Google.Protobuf;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Remote;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.CasServer.Execution;

/// <summary>Puts outputs into a response where its client asked for them, within a bound. Each is in the CAS besides.</summary>
internal sealed class ResultInlining(IBlobCache blobs, int maxBytes)
{
    /// <summary>The response with what was asked for; the given one is not changed.</summary>
    public async Task<Protos.ExecuteResponse> ApplyAsync(Protos.ExecuteResponse response, Protos.ExecuteRequest request, CancellationToken cancellationToken)
    {
        if (response.Result is null || (!request.InlineStdout && !request.InlineStderr && request.InlineOutputFiles.Count == 0))
        {
            return response;
        }

        Protos.ExecuteResponse inlined = response.Clone();
        Protos.ActionResult result = inlined.Result;
        int room = maxBytes - result.StdoutRaw.Length - result.StderrRaw.Length;
        if (request.InlineStdout && result.StdoutRaw.IsEmpty && await ReadAsync(result.StdoutDigest, room, cancellationToken).ConfigureAwait(false) is { } stdout)
        {
            result.StdoutRaw = stdout;
            room -= stdout.Length;
        }

        if (request.InlineStderr && result.StderrRaw.IsEmpty && await ReadAsync(result.StderrDigest, room, cancellationToken).ConfigureAwait(false) is { } stderr)
        {
            result.StderrRaw = stderr;
            room -= stderr.Length;
        }

        HashSet<string> wanted = [.. request.InlineOutputFiles];
        foreach (Protos.OutputFile file in result.OutputFiles.Where(file => wanted.Contains(file.Path)))
        {
            if (await ReadAsync(file.Digest, room, cancellationToken).ConfigureAwait(false) is { } contents)
            {
                file.Contents = contents;
                room -= contents.Length;
            }
        }

        return inlined;
    }

    private async Task<ByteString?> ReadAsync(Protos.Digest? message, int room, CancellationToken cancellationToken)
    {
        if (!WireDigest.TryParse(message, out Digest digest) || digest.SizeBytes > room)
        {
            return null;
        }

        try
        {
            using BlobLease lease = await blobs.OpenAsync(digest, cancellationToken).ConfigureAwait(false);
            return UnsafeByteOperations.UnsafeWrap(StoredBytes.ReadAll(lease));
        }
        catch (CasException)
        {
            // Inlining spares the client a call, which it can still make, and which tells it more.
            return null;
        }
    }
}
