namespace VirtualRoot.Linux;

/// <summary>Flags of open(2) that are the same on x86-64 and arm64 (<c>asm-generic/fcntl.h</c>), under their own names;
/// those that differ are properties of <see cref="OpenFlagsOfThisMachine"/>.</summary>
[Flags]
public enum OpenFlags
{
#pragma warning disable CS1591 // Each name is the kernel's own.
    O_RDONLY = 0,
    O_WRONLY = 1,
    O_RDWR = 2,
    O_CREAT = 0x40,
    O_EXCL = 0x80,
    O_NOCTTY = 0x100,
    O_TRUNC = 0x200,
    O_APPEND = 0x400,
    O_NONBLOCK = 0x800,
    O_CLOEXEC = 0x80000,
    O_PATH = 0x200000,
#pragma warning restore CS1591
}
