using System.Buffers;
using VirtualRoot.Linux;

namespace VirtualRoot.Scratch;

/// <summary>Copies bytes between two files of the daemon's own: by the kernel, which shares extents where the file system
/// can, else through memory.</summary>
internal static class ByteCopy
{
    private const int ChunkBytes = 1 << 20;

    /// <summary>Copies up to <paramref name="length"/> bytes; fewer only at the source's end.</summary>
    /// <param name="source">Where from.</param>
    /// <param name="sourceOffset">First byte there.</param>
    /// <param name="target">Where to.</param>
    /// <param name="targetOffset">First byte there.</param>
    /// <param name="length">Number of bytes.</param>
    /// <param name="copied">Bytes copied, also before an error.</param>
    public static Errno Run(in DescriptorUse source, long sourceOffset, in DescriptorUse target, long targetOffset, long length, out long copied)
    {
        copied = 0;
        while (copied < length)
        {
            nint result = Syscall.CopyFileRange(source.Handle!, sourceOffset + copied, target.Handle!, targetOffset + copied, (nuint)(length - copied));
            switch ((Errno)(-Math.Min(result, 0)))
            {
                case Errno.Success when result == 0:
                    return Errno.Success;
                case Errno.Success:
                    copied += result;
                    break;
                case Errno.EXDEV or Errno.EOPNOTSUPP or Errno.ENOSYS or Errno.EINVAL:
                    return ThroughMemory(source, sourceOffset, target, targetOffset, length, ref copied);
                default:
                    return (Errno)(-result);
            }
        }

        return Errno.Success;
    }

    private static Errno ThroughMemory(in DescriptorUse source, long sourceOffset, in DescriptorUse target, long targetOffset, long length, ref long copied)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(ChunkBytes, length - copied));
        try
        {
            while (copied < length)
            {
                int wanted = (int)Math.Min(buffer.Length, length - copied);
                int read = Syscall.PRead(source.Handle!, buffer.AsSpan(0, wanted), sourceOffset + copied);
                if (read <= 0)
                {
                    return (Errno)(-read);
                }

                for (int done = 0; done < read;)
                {
                    nint written = Syscall.PWrite(target.Handle!, buffer.AsSpan(done, read - done), targetOffset + copied);
                    if (written < 0)
                    {
                        return (Errno)(-written);
                    }

                    done += (int)written;
                    copied += written;
                }
            }

            return Errno.Success;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
