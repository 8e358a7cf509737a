using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

/// <summary>Flags of open(2) whose number depends on the architecture.</summary>
public static class OpenFlagsOfThisMachine
{
    private static readonly bool s_arm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    /// <summary>O_DIRECTORY: fail unless it is a directory.</summary>
    public static OpenFlags O_DIRECTORY => (OpenFlags)(s_arm ? 0x4000 : 0x10000);

    /// <summary>O_NOFOLLOW: fail if the last component is a symbolic link.</summary>
    public static OpenFlags O_NOFOLLOW => (OpenFlags)(s_arm ? 0x8000 : 0x20000);
}
