using System.CommandLine;
using VirtualRoot.Cli.Output;
using VirtualRoot.Fuse.Mounting;
using VirtualRoot.Linux;

namespace VirtualRoot.Cli.Commands;

/// <summary><c>vroot unmount</c>.</summary>
internal sealed class UnmountCommand : VRootCommand
{
    private static readonly string[] s_programs = ["/usr/bin/fusermount3", "/bin/fusermount3"];

    private readonly Argument<string> _directory = new("DIR") { Description = "A directory that vroot mount has mounted on" };
    private readonly Option<bool> _lazy = new("--lazy") { Description = "Take it off the directory now, though it is in use; it ends with its last user" };

    public UnmountCommand()
        : base(
            "unmount",
            "Unmounts a root that vroot has mounted, and nothing else",
            "vroot unmount /mnt",
            "vroot unmount --lazy /mnt")
    {
        Arguments.Add(_directory);
        Options.Add(_lazy);
        Common.AddGeneral(this);
    }

    protected override Task<int> ExecuteAsync(ParseResult parse, TerminationSignals signals)
    {
        Common.Read(parse); // A faulty configuration is told by every command alike.
        string directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(parse.GetRequiredValue(_directory)));
        FuseMountOptions ours = new();
        MountEntry? mount = MountEntry.ReadAll().LastOrDefault(entry => entry.MountPoint == directory);
        string shown = PrintableText.Of(directory);
        if (mount is null)
        {
            throw new CliException($"nothing is mounted on {shown}: see findmnt -t fuse.{ours.SubType}");
        }

        if (!ours.Match(mount))
        {
            throw new CliException($"{shown} is a mount of type {mount.FileSystemType}, not one of vroot: use umount");
        }

        Unmount(directory, shown, parse.GetValue(_lazy));
        return Task.FromResult(ExitCode.Done);
    }

    private static void Unmount(string directory, string shown, bool lazily)
    {
        int result = Syscall.Umount2(directory, Syscall.UMOUNT_NOFOLLOW | (lazily ? Syscall.MNT_DETACH : 0));
        switch ((Errno)(-result))
        {
            case Errno.Success:
                return;
            case Errno.EBUSY:
                throw new CliException($"{shown} is in use: 'fuser -vm {shown}' tells by whom; end it, or unmount with --lazy");
            case Errno.EPERM:
                UnmountByFusermount(directory, shown, lazily);
                return;
            default:
                throw new CliException($"umount2 of {shown}: {(Errno)(-result)}");
        }
    }

    private static void UnmountByFusermount(string directory, string shown, bool lazily)
    {
        string program = s_programs.FirstOrDefault(File.Exists)
            ?? throw new CliException($"{shown} may not be unmounted by you: do it as root, or install fusermount3 (apt-get install fuse3)");
        string[] arguments = lazily ? ["-u", "-z", "--", directory] : ["-u", "--", directory];
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd().Trim();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new CliException($"{program} could not unmount {shown}: {PrintableText.Of(error)}");
        }
    }
}
