using VirtualRoot.Linux;

namespace VirtualRoot.Scratch;

/// <summary>The scratch disk refused: the process gets the errno (ENOSPC, EDQUOT, EIO).</summary>
public sealed class ScratchException : Exception
{
    private ScratchException(Errno errno, string message)
        : base(message) => Errno = errno;

    /// <summary>What the process gets.</summary>
    public Errno Errno { get; }

    /// <summary>The root's quota has no room for <paramref name="what"/>.</summary>
    internal static ScratchException QuotaReached(string what) =>
        new(Errno.ENOSPC, $"{what}: the root's quota is used up; raise it with --quota-bytes");

    /// <summary>Throws for anything but success; <paramref name="what"/> says what was being done.</summary>
    internal static void ThrowIfFailed(Errno errno, string what)
    {
        if (errno != Errno.Success)
        {
            throw new ScratchException(errno, $"{what}: {errno} from the scratch folder; free space or choose another with --scratch");
        }
    }
}
