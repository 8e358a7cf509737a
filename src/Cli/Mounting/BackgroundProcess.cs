using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;

namespace VirtualRoot.Cli.Mounting;

/// <summary>
/// This program once more, in the background. .NET cannot fork, so the same command line is spawned with one option
/// more: the descriptor on which the child tells that it is ready. Until then the child's messages are the caller's.
/// </summary>
internal static class BackgroundProcess
{
    /// <summary>The option of the child.</summary>
    public const string ReadyOption = "--ready-fd";

    private const int ReadyDescriptor = 3;

    /// <summary>Starts it and waits until it is ready, or has failed.</summary>
    /// <param name="logFile">Where its messages go from then on; null: nowhere.</param>
    /// <returns>The exit status for the caller.</returns>
    public static int Start(string? logFile)
    {
        if (logFile is not null)
        {
            using SafeFileHandle probe = OpenLog(logFile); // A fault is told here, not by a process that nobody sees.
        }

        Require(Syscall.Pipe2(0, out SafeFileHandle readEnd, out SafeFileHandle writeEnd), "pipe2");
        using (readEnd)
        {
            int pid = Spawn(writeEnd);
            writeEnd.Dispose();
            if (Syscall.Read(readEnd, new byte[1]) == 1)
            {
                return ExitCode.Done;
            }

            Require(Syscall.Wait4(pid, out int status, out _), "wait4");
            int signal = status & 0x7f;
            return signal != 0
                ? throw new CliException($"the background process was ended by signal {signal} before it was ready: run without --background to see why")
                : (status >> 8) & 0xff;
        }
    }

    /// <summary>In the child: tells that it is ready, and lets go of the caller's terminal.</summary>
    public static void TellReady(int descriptor, string? logFile)
    {
        _ = Syscall.Setsid(); // -EPERM: somebody has given it a process group already, which serves as well.
        using (SafeFileHandle nothing = File.OpenHandle("/dev/null", access: FileAccess.ReadWrite, share: FileShare.ReadWrite))
        {
            Require(InheritedStreams.Release(nothing), "dup3");
            using SafeFileHandle? log = logFile is null ? null : OpenLog(logFile);
            Require(Syscall.Dup3(log ?? nothing, 2), "dup3");
        }

        using SafeFileHandle ready = new(descriptor, ownsHandle: true);
        _ = Syscall.Write(ready, "R"u8); // A caller that is gone needs no answer.
    }

    private static int Spawn(SafeFileHandle ready)
    {
        using SafeFileHandle nothing = File.OpenHandle("/dev/null", access: FileAccess.ReadWrite, share: FileShare.ReadWrite);
        List<string> arguments = OwnCommand.Line();
        byte[] program = [.. Encoding.UTF8.GetBytes(arguments[0]), 0];
        string[] own = Environment.GetCommandLineArgs();

        // First, so that it stands before any "--".
        arguments.Add(own[1]);
        arguments.Add(string.Create(CultureInfo.InvariantCulture, $"{ReadyOption}={ReadyDescriptor}"));
        arguments.AddRange(own.AsSpan(2));
        DescriptorCopy[] copies = [new(ready.DangerousGetHandle().ToInt32(), ReadyDescriptor), new(nothing.DangerousGetHandle().ToInt32(), 0)];
        Require(Syscall.PosixSpawn(program, ToBytes(arguments), ToBytes(Environments()), copies, out int pid), "posix_spawn");
        return pid;
    }

    private static List<byte[]> ToBytes(IEnumerable<string> strings) => [.. strings.Select(Encoding.UTF8.GetBytes)];

    private static IEnumerable<string> Environments() =>
        Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().Select(variable => $"{variable.Key}={variable.Value}");

    private static SafeFileHandle OpenLog(string path) =>
        File.OpenHandle(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);

    private static void Require(int result, string call)
    {
        if (result < 0)
        {
            throw new CliException($"{call} for the background process: {(Errno)(-result)}");
        }
    }
}
