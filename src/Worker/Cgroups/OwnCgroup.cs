using VirtualRoot.Linux;

namespace VirtualRoot.Worker.Cgroups;

/// <summary>Where this process's cgroup of version 2 is in the file system.</summary>
internal static class OwnCgroup
{
    /// <summary>Its directory; null: there is no version 2, or its file system is not mounted here.</summary>
    public static string? Find() => Find(File.ReadAllText("/proc/self/cgroup"), File.ReadAllText("/proc/self/mountinfo"));

    /// <summary>The same from the two texts.</summary>
    internal static string? Find(string cgroups, string mounts)
    {
        string? path = cgroups.Split('\n').FirstOrDefault(static line => line.StartsWith("0::/", StringComparison.Ordinal))?[3..];
        if (path is null)
        {
            return null;
        }

        string? found = null;
        foreach (string line in mounts.Split('\n'))
        {
            // id parent device root mountpoint options [tags] - type source options
            string[] words = line.Split(' ');
            int dash = Array.IndexOf(words, "-");
            if (dash < 6 || words[dash + 1] != "cgroup2")
            {
                continue;
            }

            string top = words[3].TrimEnd('/');
            if (path == top || path.StartsWith(top + "/", StringComparison.Ordinal))
            {
                found = (words[4] + path[top.Length..]).TrimEnd('/'); // the last one mounted hides the others
            }
        }

        return found;
    }

    /// <summary>Whether whoever manages this machine's cgroups has given the directory to us, to make children of our own.</summary>
    /// <param name="directory">Our own.</param>
    /// <param name="reason">Why not.</param>
    public static bool IsDelegated(string directory, out string reason)
    {
        reason = "";
        if (!File.Exists(Path.Combine(directory, "cgroup.type")))
        {
            reason = $"{directory} is the machine's top: run vroot as a service with Delegate=yes, or name a cgroup by --cgroup";
        }
        else if (CgroupFiles.ReadWords(directory, "cgroup.procs").Count != 1)
        {
            reason = $"{directory} has other processes besides this one: run vroot as a service with Delegate=yes, or name a cgroup by --cgroup";
        }
        else if (!IsMarked(directory))
        {
            reason = $"{directory} is not delegated to this process: run vroot as a service with Delegate=yes, or name a cgroup by --cgroup";
        }

        return reason.Length == 0;
    }

    // Root may write everywhere: what was given to it, systemd marks. Another user's right to write is the mark itself; so is the
    // top of a container's cgroup namespace.
    private static bool IsMarked(string directory) =>
        File.ReadAllText("/proc/self/cgroup").Contains("0::/\n", StringComparison.Ordinal)
        || (Environment.IsPrivilegedProcess
            ? HasAttribute(directory, "trusted.delegate") || HasAttribute(directory, "user.delegate")
            : Syscall.Access(directory, Syscall.W_OK) == 0 && Syscall.Access(Path.Combine(directory, "cgroup.procs"), Syscall.W_OK) == 0);

    private static bool HasAttribute(string directory, string name)
    {
        Span<byte> value = stackalloc byte[8];
        return Syscall.GetXAttr(directory, name, value) > 0 && value[0] == (byte)'1';
    }
}
