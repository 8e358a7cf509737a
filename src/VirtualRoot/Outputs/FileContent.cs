using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;
using VirtualRoot.Scratch;
using VirtualRoot.Tree;

namespace VirtualRoot.Outputs;

/// <summary>The bytes of a file of the tree, for readers who must not be disturbed by what its users do.</summary>
internal static class FileContent
{
    /// <summary>Opens the bytes; what is the beginning of a blob is fetched if need be.</summary>
    /// <exception cref="ScratchException">The scratch disk refused.</exception>
    /// <exception cref="CasClient.CasException">The blob cannot be had.</exception>
    public static async Task<OpenContent> OpenAsync(TreeFile file, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryOpen(file) is { } content)
            {
                return content;
            }

            await file.FetchAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Opens the bytes if they can be had without fetching.</summary>
    /// <exception cref="ScratchException">The scratch disk refused.</exception>
    public static OpenContent? TryOpen(TreeFile file)
    {
        lock (file.Root.Gate)
        {
            file.Open(writes: false); // its end closes what reading opens
            try
            {
                ScratchException.ThrowIfFailed(file.TryGetReadable(out DescriptorUse use), "reading an output");
                using (use)
                {
                    return use.Handle is null ? null : new OpenContent(Reopen(use.Handle), (long)file.Size, file.DataVersion);
                }
            }
            finally
            {
                file.Release(wrote: false);
            }
        }
    }

    private static SafeFileHandle Reopen(SafeFileHandle handle)
    {
        int descriptor = Syscall.Open($"/proc/self/fd/{handle.DangerousGetHandle()}", OpenFlags.O_RDONLY);
        ScratchException.ThrowIfFailed((Errno)(-Math.Min(0, descriptor)), "reading an output");
        return new SafeFileHandle(descriptor, ownsHandle: true);
    }
}
