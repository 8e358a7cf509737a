using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Special.Tests.Support;

/// <summary>As <see cref="NeedsRealMountsTheoryAttribute"/>.</summary>
public sealed class NeedsRealMountsFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> s_missing = new(Look);

    public NeedsRealMountsFactAttribute() => Skip = Missing;

    internal static string? Missing => s_missing.Value;

    private static string? Look()
    {
        if (new NeedsFuseFactAttribute().Skip is { } reason)
        {
            return reason;
        }

        if (!Environment.IsPrivilegedProcess)
        {
            return "real /proc, /sys and /dev are mounted by root alone";
        }

        (string Path, string Package)[] programs = [("/usr/bin/python3", "python3"), ("/usr/bin/unshare", "util-linux"), ("/usr/sbin/chroot", "coreutils")];
        foreach ((string path, string package) in programs)
        {
            if (!File.Exists(path))
            {
                return $"there is no {path} (apt-get install {package})";
            }
        }

        ProcessCommand probe = new("/usr/bin/unshare", ["-m", "-p", "-f", "-C", "--propagation", "private", "/usr/bin/mount", "-t", "proc", "proc", "/proc"]);
        ProcessOutcome outcome = ChildProcess.Run(probe, TimeSpan.FromSeconds(60));
        return outcome.ExitCode == 0 ? null : $"no /proc can be mounted in a namespace here: {outcome.Error.Trim()}";
    }
}
