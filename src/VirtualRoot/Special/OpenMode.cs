using VirtualRoot.Linux;

namespace VirtualRoot.Special;

/// <summary>The access that open(2) flags ask for.</summary>
internal static class OpenMode
{
    /// <summary>O_ACCMODE.</summary>
    private const int AccessMask = 3;

    /// <summary>O_RDONLY, O_WRONLY, O_RDWR, or the invalid 3.</summary>
    public static int Access(int flags) => flags & AccessMask;

    /// <summary>O_RDONLY without O_TRUNC.</summary>
    public static bool IsReadOnly(int flags) => Access(flags) == (int)OpenFlags.O_RDONLY && (flags & (int)OpenFlags.O_TRUNC) == 0;

    /// <summary>Whether reading is asked for.</summary>
    public static bool Reads(int flags) => Access(flags) is (int)OpenFlags.O_RDONLY or (int)OpenFlags.O_RDWR;

    /// <summary>Whether writing is asked for.</summary>
    public static bool Writes(int flags) => Access(flags) is (int)OpenFlags.O_WRONLY or (int)OpenFlags.O_RDWR;
}
