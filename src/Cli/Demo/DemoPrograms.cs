using VirtualRoot.Worker;

namespace VirtualRoot.Cli.Demo;

/// <summary>Finds a static program on this machine; nothing is downloaded.</summary>
internal static class DemoPrograms
{
    private static readonly string[] s_busyboxes = ["/bin/busybox", "/usr/bin/busybox", "/usr/local/bin/busybox"];

    /// <summary>The first that is there: a static busybox, or ls-proc, which eng/build has compiled beside vroot-init.</summary>
    /// <exception cref="CliException">There is none.</exception>
    public static DemoProgram Find()
    {
        if (s_busyboxes.FirstOrDefault(ElfFile.IsStaticProgram) is { } busybox)
        {
            return new DemoProgram(busybox, ["ls", "-l", "/proc/self/", "/proc/self/exe"], $"{busybox}, static, found on this machine");
        }

        string own = Path.Combine(Path.GetDirectoryName(VRootInit.Find())!, "ls-proc");
        return ElfFile.IsStaticProgram(own)
            ? new DemoProgram(own, [], $"{own}, static, made from src/Init/ls-proc.c (there is no static busybox here)")
            : throw new CliException($"there is no static program to run: install one (apt-get install busybox-static), or run eng/build, which makes {own}");
    }
}
