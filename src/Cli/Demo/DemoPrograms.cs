using VirtualRoot.Worker;

namespace VirtualRoot.Cli.Demo;

/// <summary>Finds a static program on this machine; nothing is downloaded.</summary>
internal static class DemoPrograms
{
    private static readonly string[] s_busyboxes = ["/bin/busybox", "/usr/bin/busybox", "/usr/local/bin/busybox"];

    /// <summary>The first that is there: a static busybox, or our vroot-init, which lists /proc/self under the name ls-proc.</summary>
    /// <exception cref="CliException">There is none.</exception>
    public static DemoProgram Find()
    {
        if (s_busyboxes.FirstOrDefault(ElfFile.IsStaticProgram) is { } busybox)
        {
            return new DemoProgram(busybox, "busybox", ["ls", "-l", "/proc/self/", "/proc/self/exe"], $"{busybox}, static, found on this machine");
        }

        string own = VRootInit.Find();
        return ElfFile.IsStaticProgram(own)
            ? new DemoProgram(own, "ls-proc", [], $"{own}, static, made by eng/build (there is no static busybox here)")
            : throw new CliException($"there is no static program to run: install one (apt-get install busybox-static); {own} is none");
    }
}
