using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Results;
using VirtualRoot.CasClient.Uploads;

namespace VirtualRoot.Outputs;

/// <summary>Encodes output directories as asked, and queues their messages.</summary>
internal sealed class OutputEncoder(DigestFunction function, OutputDirectoryFormat format, BlobUploader uploader)
{
    private readonly HashSet<CapturedDirectory> _queued = [];

    /// <summary>Distinct directories encoded, for each output.</summary>
    public int Directories { get; private set; }

    /// <summary>One output directory; all files below have their digests.</summary>
    public async Task<OutputDirectory> EncodeAsync(OutputPath path, CapturedDirectory directory, CancellationToken cancellationToken)
    {
        List<CapturedDirectory> ordered = OutputTreeOrder.Encode(directory, function);
        Directories += ordered.Count;
        Digest? tree = null;
        Digest? root = null;
        if (format != OutputDirectoryFormat.DirectoryOnly)
        {
            byte[] message = TreeMessage.Encode(ordered[0].Encoded, ordered.Skip(1).Select(static child => child.Encoded));
            tree = DigestHasher.Compute(function, message);
            await uploader.QueueAsync(new BlobUpload(tree.Value, message), cancellationToken).ConfigureAwait(false);
        }

        if (format != OutputDirectoryFormat.TreeOnly)
        {
            root = directory.Digest;
            foreach (CapturedDirectory encoded in ordered.Where(static captured => captured.IsEncoded).Where(_queued.Add))
            {
                await uploader.QueueAsync(new BlobUpload(encoded.Digest, encoded.Encoded), cancellationToken).ConfigureAwait(false);
            }
        }

        return new OutputDirectory(path.Text, tree, root);
    }
}
