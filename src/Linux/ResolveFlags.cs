namespace VirtualRoot.Linux;

/// <summary>How openat2(2) walks a path (<c>linux/openat2.h</c>).</summary>
[Flags]
public enum ResolveFlags : ulong
{
    /// <summary>As openat does.</summary>
    None = 0,

    /// <summary>RESOLVE_NO_MAGICLINKS: links of procfs that lead without a path are refused.</summary>
    NoMagicLinks = 2,

    /// <summary>RESOLVE_NO_SYMLINKS: a symbolic link on the way is ELOOP.</summary>
    NoSymlinks = 4,

    /// <summary>RESOLVE_BENEATH: what leads out of the directory is EXDEV.</summary>
    Beneath = 8,
}
