using VirtualRoot.Testing.Roots;

namespace VirtualRoot.Acceptance.Tests.Roots;

/// <summary>The input roots, made of what Debian's packages installed on this machine.</summary>
internal static class InputRoots
{
    public const string BusyBox = "/bin/busybox";
    private const string Jdk = "/usr/lib/jvm/java-17-openjdk-amd64";
    private static readonly string[] s_applets = ["sh", "cat", "echo", "find", "ls", "mkdir", "mv", "rm", "rmdir", "sha256sum", "sleep", "stat", "true", "kill", "setsid", "touch", "wc", "dd", "readlink", "id", "df", "grep", "ln"];

    /// <summary>Go away from the place that it was built for, with everything that its packages bring.</summary>
    public static void BuildGo(RootTree root, string work)
    {
        AddBusyBox(root);
        // The copy resolves the package's links into /usr/share/go-*.
        root.Add("/usr/lib/go", "/opt/go")
            .AddLibrariesOf("/usr/lib/go/bin/go")
            .AddText("/src/hello.go", "package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Println(\"hello from go\")\n}\n");
    }

    public static void BuildTools(RootTree root, string work)
    {
        AddBusyBox(root);
        root.Add(CProgram.Compile(CSources.ListProcSelf, work, "ls-proc"), "/ls-proc");
        AddJdk(root);
        if (File.Exists("/usr/bin/rustc"))
        {
            root.AddProgram("/usr/bin/rustc").Add("/usr/lib/rustlib/x86_64-unknown-linux-gnu/lib", "/usr/lib/rustlib/x86_64-unknown-linux-gnu/lib")
                .AddText("/src/answer.rs", "pub fn answer() -> i32 {\n    42\n}\n");
        }

        if (File.Exists("/usr/bin/node"))
        {
            root.AddProgram("/usr/bin/node");
        }

        if (File.Exists("/usr/bin/ninja"))
        {
            root.AddProgram("/usr/bin/ninja");
        }

        string python = "/usr/lib/" + Path.GetFileName(File.ResolveLinkTarget("/usr/bin/python3", returnFinalTarget: true)!.FullName);
        root.AddProgram("/usr/bin/bash").AddProgram("/usr/bin/cat", "/usr/bin/cat-of-coreutils")
            .AddProgram("/usr/bin/python3").Add(python, python);
    }

    /// <summary>Files of every kind, one of them larger than a gRPC message, and programs that cannot be executed.</summary>
    public static void BuildSmall(RootTree root, string work)
    {
        AddBusyBox(root);
        root.AddText("/data/hello.txt", "hello\n").AddText("/data/empty", "").AddDirectory("/data/empty-directory")
            .AddLink("/data/link", "hello.txt").AddText("/data/name with spaces ünï", "odd name\n")
            .AddText("/bad/not-executable", "#!/bin/sh\necho no\n")
            .AddText("/bad/no-format", "neither a script nor a program\n").AddText("/bad/no-interpreter", "#!/no/such/interpreter\n");
        byte[] large = new byte[(5 << 20) + 123];
        new Random(7).NextBytes(large);
        File.WriteAllBytes(root.Host("/data/large.bin"), large);
        foreach (string name in (string[])["/bad/no-format", "/bad/no-interpreter"])
        {
            File.SetUnixFileMode(root.Host(name), (UnixFileMode)0b111_101_101);
        }
    }

    private static void AddBusyBox(RootTree root)
    {
        root.Add(BusyBox, BusyBox);
        foreach (string applet in s_applets)
        {
            root.AddLink("/bin/" + applet, "busybox");
        }
    }

    private static void AddJdk(RootTree root)
    {
        if (!Directory.Exists(Jdk))
        {
            return;
        }

        // Not the manual, the licences and the modules for jlink; lib without src.zip, a link to a package that may be absent.
        foreach (string name in (string[])["bin", "conf", "release"])
        {
            root.Add($"{Jdk}/{name}", $"/opt/jdk/{name}");
        }

        foreach (string path in Directory.EnumerateFileSystemEntries(Jdk + "/lib").Where(path => !path.EndsWith("/src.zip", StringComparison.Ordinal)))
        {
            root.Add(path, "/opt/jdk/lib/" + Path.GetFileName(path));
        }

        foreach (string binary in Directory.EnumerateFiles(Jdk + "/lib", "*.so", SearchOption.AllDirectories).Append(Jdk + "/bin/java"))
        {
            root.AddLibrariesOf(binary, except: Jdk);
        }

        root.AddText("/src/Hello.java", "public class Hello { public static void main(String[] a) { System.out.println(\"hello from java\"); } }\n");
    }
}
