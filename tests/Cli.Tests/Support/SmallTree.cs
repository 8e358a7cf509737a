using VirtualRoot.Testing;

namespace VirtualRoot.Cli.Tests.Support;

/// <summary>A tree with everything that a Directory message can hold, and busybox to run.</summary>
internal static class SmallTree
{
    public const string Busybox = "/bin/busybox";

    public static string Create(TestDirectory files, string name, bool withBusybox = false)
    {
        string tree = files.Create(name);
        files.Write($"{name}/etc/motd", "hello\n");
        files.Write($"{name}/etc/deep/er/file", "deep\n");
        string script = files.Write($"{name}/bin/script", "#!/bin/sh\n");
        File.SetUnixFileMode(script, (UnixFileMode)0x1ed);
        files.Create($"{name}/empty");
        File.CreateSymbolicLink(Path.Combine(tree, "bin/to-motd"), "../etc/motd");
        File.CreateSymbolicLink(Path.Combine(tree, "absolute"), "/etc/motd");
        File.CreateSymbolicLink(Path.Combine(tree, "outside"), "../../../../etc/motd");
        File.CreateSymbolicLink(Path.Combine(tree, "loop"), "loop");
        if (withBusybox)
        {
            File.Copy(Busybox, Path.Combine(tree, "bin/busybox"));
        }

        return tree;
    }
}
