using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Testing;

/// <summary>Finds what eng/build published.</summary>
public static class PublishedTool
{
    /// <summary>www-data: fusermount3 wants a user with an entry in /etc/passwd; nobody is also what unmapped users look like.</summary>
    public const uint OrdinaryUid = 33;

    /// <summary>The path of vroot; of a copy in <paramref name="directory"/> where ordinary users cannot enter the checkout.</summary>
    public static string Find(TestDirectory directory)
    {
        string tool = Path.Combine(Checkout(), "artifacts/vroot/vroot");
        if (!File.Exists(tool))
        {
            throw new InvalidOperationException($"there is no {tool}: run ./eng/build first");
        }

        ProcessCommand probe = new("/usr/bin/test", ["-x", tool]) { Uid = OrdinaryUid };
        if (!Environment.IsPrivilegedProcess || ChildProcess.Run(probe, TimeSpan.FromSeconds(60)).ExitCode == 0)
        {
            return tool;
        }

        string copy = directory["tool"];
        ChildProcess.Run(new ProcessCommand("/usr/bin/cp", ["-R", Path.GetDirectoryName(tool)!, copy]), TimeSpan.FromSeconds(60)).Expect();
        return Path.Combine(copy, "vroot");
    }

    /// <summary>The directory that holds VirtualRoot.sln.</summary>
    public static string Checkout()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "VirtualRoot.sln")))
            {
                return at.FullName;
            }
        }

        throw new InvalidOperationException($"no VirtualRoot.sln above {AppContext.BaseDirectory}");
    }
}
