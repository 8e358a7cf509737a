using Microsoft.Win32.SafeHandles;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Results;
using VirtualRoot.CasClient.Uploads;

namespace VirtualRoot.Outputs;

/// <summary>Standard output and standard error, which an action wrote to files of the worker.</summary>
internal static class TextCapture
{
    /// <summary>Takes a whole file: into the result if it is short, else as a blob.</summary>
    /// <param name="file">The file, which nobody writes any more; read by position.</param>
    /// <param name="function">The function that names the blob.</param>
    /// <param name="maxInlineBytes">The longest text that stands in the result.</param>
    /// <param name="uploader">Takes the blob.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<OutputText> TakeAsync(
        SafeFileHandle file, DigestFunction function, int maxInlineBytes, BlobUploader uploader, CancellationToken cancellationToken)
    {
        long length = RandomAccess.GetLength(file);
        if (length <= maxInlineBytes)
        {
            byte[] bytes = new byte[length];
            int count = await RandomAccess.ReadAsync(file, bytes, 0, cancellationToken).ConfigureAwait(false);
            return new OutputText(bytes.AsMemory(0, count), null);
        }

        using DigestHasher hasher = new(function);
        byte[] buffer = new byte[256 * 1024];
        for (int count = -1; count != 0;)
        {
            count = await RandomAccess.ReadAsync(file, buffer, hasher.Length, cancellationToken).ConfigureAwait(false);
            hasher.Append(buffer.AsSpan(0, count));
        }

        Digest digest = hasher.Finish();
        await uploader.QueueAsync(new BlobUpload(digest, () => Reopen(file)), cancellationToken).ConfigureAwait(false);
        return new OutputText(default, digest);
    }

    private static FileStream Reopen(SafeFileHandle file) =>
        new(File.OpenHandle($"/proc/self/fd/{file.DangerousGetHandle()}", FileMode.Open, FileAccess.Read, FileShare.ReadWrite), FileAccess.Read, bufferSize: 0);
}
