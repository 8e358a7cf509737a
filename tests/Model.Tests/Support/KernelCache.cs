namespace VirtualRoot.Model.Tests.Support;

/// <summary>What the kernel keeps of file systems.</summary>
internal static class KernelCache
{
    /// <summary>Makes the kernel forget names and inodes that nobody uses, so that they are looked up again. Root's alone.</summary>
    public static void ForgetNames()
    {
        using FileStream control = new("/proc/sys/vm/drop_caches", FileMode.Open, FileAccess.Write);
        control.Write("2"u8);
    }
}
