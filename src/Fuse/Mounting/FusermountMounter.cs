using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;

namespace VirtualRoot.Fuse.Mounting;

/// <summary>
/// The setuid program fusermount3: it mounts, and sends the device through the socket that _FUSE_COMMFD names. For
/// users who may neither mount nor make user namespaces, and where a mount must be visible in the caller's shell.
/// </summary>
internal sealed class FusermountMounter : IMounter
{
    private const int SOCK_STREAM = 1;
    private const int F_SETFD = 2;
    private const int F_SETFL = 4;
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);

    public MountStrategy Strategy => MountStrategy.Fusermount;

    public SafeFileHandle? TryMount(string mountPoint, FuseMountOptions options, out string reason)
    {
        if (FindProgram() is not { } program)
        {
            reason = "fusermount3 is not installed: apt-get install fuse3";
            return null;
        }

        int paired = Syscall.Socketpair(SOCK_STREAM, out int ours, out int theirs);
        if (paired < 0)
        {
            reason = $"socketpair failed with {(Errno)(-paired)}";
            return null;
        }

        using SafeFileHandle ourEnd = new(ours, ownsHandle: true);
        using SafeFileHandle theirEnd = new(theirs, ownsHandle: true);
        _ = Syscall.Fcntl(theirEnd, F_SETFD); // fusermount3 inherits it
        // It sends, then exits. Its exit is waited for rather than the socket's end, which another child of this
        // process might hold open by having been forked in between.
        string? error = Run(program, ["-o", MountOptions(options), "--", mountPoint], theirs);
        theirEnd.Dispose();
        _ = Syscall.Fcntl(ourEnd, F_SETFL, (nint)OpenFlags.O_NONBLOCK);
        Span<byte> one = stackalloc byte[1];
        int received = Syscall.Recvmsg(ourEnd, one, out int descriptor);
        if (received > 0 && descriptor >= 0)
        {
            reason = string.Empty;
            return new SafeFileHandle(descriptor, ownsHandle: true);
        }

        reason = FusermountRefusal.Explain(program, error ?? $"{program} sent no device");
        return null;
    }

    public string? Unmount(string mountPoint)
    {
        if (FindProgram() is not { } program)
        {
            return $"fusermount3 is not installed: apt-get install fuse3, or as root: umount -l {mountPoint}";
        }

        string? error = Run(program, ["-u", "-z", "--", mountPoint], -1);
        return error is null || FusermountRefusal.IsNotMounted(error) ? null : $"{error}; try as root: umount -l {mountPoint}";
    }

    /// <summary>The program's path, or null.</summary>
    public static string? FindProgram() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin")
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, "fusermount3"))
            .FirstOrDefault(IsExecutable);

    /// <summary>Whether /etc/fuse.conf lets ordinary users ask for allow_other.</summary>
    public static bool UserAllowOther(string configuration = "/etc/fuse.conf")
    {
        try
        {
            return File.ReadLines(configuration).Any(line => line.Split('#')[0].Trim() == "user_allow_other");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false; // absent or unreadable: fusermount3 does not see it either
        }
    }

    private static string MountOptions(FuseMountOptions options)
    {
        List<string> list = ["default_permissions", $"fsname={options.Source}", $"subtype={options.SubType}"];
        if (options.AllowOther ?? (UserAllowOther() || Syscall.Geteuid() == 0))
        {
            list.Add("allow_other");
        }

        if (options.NoDevices)
        {
            list.Add("nodev");
        }

        if (options.NoSetUserId)
        {
            list.Add("nosuid");
        }

        if (options.ReadOnly)
        {
            list.Add("ro");
        }

        if (options.MaxRead > 0)
        {
            list.Add("max_read=" + options.MaxRead.ToString(CultureInfo.InvariantCulture));
        }

        return string.Join(',', list);
    }

    private static bool IsExecutable(string path) =>
        File.Exists(path) && (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;

    /// <summary>Runs it to its end. Returns null, or what went wrong as one line.</summary>
    private static string? Run(string program, IEnumerable<string> arguments, int socket)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardError = true };
        if (socket >= 0)
        {
            start.Environment["_FUSE_COMMFD"] = socket.ToString(CultureInfo.InvariantCulture);
        }

        try
        {
            using Process process = Process.Start(start) ?? throw new FuseMountException($"{program} did not start");
            if (!process.WaitForExit(s_timeout))
            {
                process.Kill(); // ours in spite of the set-user-id bit: its real user is still this one
                return $"{program} did not end within {s_timeout.TotalSeconds:F0} s: does the path of the mount point cross a file system that hangs?";
            }

            // A few lines at most, which the pipe has held meanwhile.
            string error = process.StandardError.ReadToEnd().Trim().ReplaceLineEndings("; ");
            return process.ExitCode == 0 ? null : error.Length > 0 ? error : $"{program} ended with status {process.ExitCode}";
        }
        catch (Win32Exception exception)
        {
            return $"{program} cannot be executed: {exception.Message}";
        }
    }
}
