using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Testing.Roots;

/// <summary>
/// An input root on disk, made of what Debian's packages installed: hard links (copies where those cannot be) and Debian's own
/// layout, in which /bin, /lib and /lib64 are symbolic links into /usr.
/// </summary>
public sealed class RootTree
{
    private static readonly string[] s_merged = ["bin", "sbin", "lib", "lib64"];
    private readonly HashSet<string> _libraries = [];

    public RootTree(string path)
    {
        Path = path;
        Directory.CreateDirectory(path);
        foreach (string name in s_merged)
        {
            Directory.CreateDirectory(Host("/usr/" + name));
            File.CreateSymbolicLink(System.IO.Path.Combine(path, name), "usr/" + name);
        }
    }

    public string Path { get; }

    /// <summary>Where <paramref name="inside"/>, a path in the root, is on this machine.</summary>
    public string Host(string inside)
    {
        string first = inside.Split('/', 3)[1];
        return Path + (s_merged.Contains(first) ? "/usr" : "") + inside;
    }

    public RootTree AddDirectory(string inside)
    {
        Directory.CreateDirectory(Host(inside));
        return this;
    }

    public RootTree AddText(string inside, string text)
    {
        Parent(inside);
        File.WriteAllText(Host(inside), text);
        return this;
    }

    public RootTree AddLink(string inside, string target)
    {
        Parent(inside);
        File.CreateSymbolicLink(Host(inside), target);
        return this;
    }

    /// <summary>A file or a whole tree; the symbolic links in it become what they point to.</summary>
    public RootTree Add(string source, string inside)
    {
        Parent(inside);
        string destination = Host(inside);
        ProcessOutcome linked = Cp("-RLlT", source, destination);
        if (linked.ExitCode != 0)
        {
            // Another file system, or one without hard links.
            Cp("-RLfT", source, destination).Expect();
        }

        return this;
    }

    /// <summary>A program, with the loader and the shared libraries that it needs.</summary>
    public RootTree AddProgram(string source, string? inside = null) => Add(source, inside ?? source).AddLibrariesOf(source);

    /// <summary>The loader and the shared libraries that <paramref name="binary"/> needs, where it looks for them.</summary>
    public RootTree AddLibrariesOf(string binary, string? except = null)
    {
        foreach (string library in SharedLibraries.Of(binary))
        {
            if ((except is null || !library.StartsWith(except, StringComparison.Ordinal)) && _libraries.Add(library))
            {
                Add(library, library);
            }
        }

        return this;
    }

    /// <summary>Files and symbolic links of this machine at the same places; the links stay links.</summary>
    public RootTree AddInPlace(IEnumerable<string> paths)
    {
        string[] all = [.. paths.Where(static path => !s_merged.Contains(path[1..]))]; // they are there
        // Tried with one: on another file system links fail, but leave directories where links to directories belong.
        string trial = Host("/.vroot-trial");
        string[] flags = Cp("-PlfT", all[0], trial).ExitCode == 0 ? ["-Plf"] : ["-P", "--remove-destination"];
        File.Delete(trial);
        ChildProcess.Run(
            new ProcessCommand("/usr/bin/xargs", ["-0", "/usr/bin/cp", .. flags, "--parents", "--preserve=mode,timestamps", "-t", Path])
            {
                Input = System.Text.Encoding.UTF8.GetBytes(string.Join('\0', all)),
            },
            TimeSpan.FromMinutes(5)).Expect();
        return this;
    }

    private static ProcessOutcome Cp(string flags, string source, string destination) =>
        ChildProcess.Run(new ProcessCommand("/usr/bin/cp", [flags, "--preserve=mode,timestamps", source, destination]), TimeSpan.FromMinutes(2));

    private void Parent(string inside) => Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Host(inside))!);
}
