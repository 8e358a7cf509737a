using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Cli.Output;
using VirtualRoot.Linux;

namespace VirtualRoot.Cli.Mounting;

/// <summary>
/// This program once more, in the background. .NET cannot fork, so the same command line is spawned with one option
/// more: a pipe, on which the child tells its messages until it is ready, and then a NUL. Its standard descriptors are
/// its own from the start: the runtime duplicates them at once, and so would hold the caller's for ever.
/// </summary>
internal sealed class BackgroundProcess : IDisposable
{
    /// <summary>The option of the child.</summary>
    public const string ReadyOption = "--ready-fd";

    // No number that a caller would choose for --fuse-fd.
    private const int ReadyDescriptor = 250;

    private readonly SafeFileHandle _ready;

    /// <summary>In the child: messages go to the caller until <see cref="TellReady"/>.</summary>
    public BackgroundProcess(int readyDescriptor)
    {
        _ready = new SafeFileHandle(readyDescriptor, ownsHandle: true);
        StandardError.Redirect(_ready);
    }

    /// <summary>Starts it and waits until it is ready, or has failed; passes its messages on meanwhile.</summary>
    /// <param name="logFile">Where its messages go from then on; null: nowhere.</param>
    /// <param name="device">A descriptor that it inherits by its number; null: none.</param>
    /// <returns>The exit status for the caller; 0: it is ready.</returns>
    public static int Start(string? logFile, int? device)
    {
        Require(Syscall.Pipe2(0, out SafeFileHandle readEnd, out SafeFileHandle writeEnd), "pipe2");
        using (readEnd)
        {
            int pid = Spawn(writeEnd, logFile, device);
            writeEnd.Dispose();
            if (PassOnUntilReady(readEnd))
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

    /// <summary>In the child: it is ready, and leaves the caller's session.</summary>
    public void TellReady()
    {
        _ = Syscall.Setsid(); // -EPERM: somebody has given it a process group already, which serves as well.
        StandardError.Redirect(null);
        _ = Syscall.Write(_ready, [0]); // A caller that is gone needs no answer.
        _ready.Dispose();
    }

    // The redirection stays where it failed before it was ready: its last message is yet to come.
    public void Dispose()
    {
        if (_ready.IsClosed)
        {
            StandardError.Redirect(null);
        }
    }

    private static bool PassOnUntilReady(SafeFileHandle readEnd)
    {
        using SafeFileHandle error = new(2, ownsHandle: false);
        byte[] buffer = new byte[4096];
        while (true)
        {
            int length = Syscall.Read(readEnd, buffer);
            if (length <= 0)
            {
                return false;
            }

            ReadOnlySpan<byte> text = buffer.AsSpan(0, length);
            int end = text.IndexOf((byte)0);
            _ = Syscall.Write(error, end < 0 ? text : text[..end]); // A closed standard error has nobody to tell.
            if (end >= 0)
            {
                return true;
            }
        }
    }

    private static int Spawn(SafeFileHandle ready, string? logFile, int? device)
    {
        using SafeFileHandle nothing = File.OpenHandle("/dev/null", access: FileAccess.ReadWrite, share: FileShare.ReadWrite);
        using SafeFileHandle? log = logFile is null ? null : File.OpenHandle(logFile, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        List<string> arguments = OwnCommand.Line();
        byte[] program = [.. Encoding.UTF8.GetBytes(arguments[0]), 0];
        string[] own = Environment.GetCommandLineArgs();

        // First, so that it stands before any "--".
        arguments.Add(own[1]);
        arguments.Add(string.Create(CultureInfo.InvariantCulture, $"{ReadyOption}={ReadyDescriptor}"));
        arguments.AddRange(own.AsSpan(2));
        int nowhere = nothing.DangerousGetHandle().ToInt32();
        List<DescriptorCopy> copies =
        [
            new(ready.DangerousGetHandle().ToInt32(), ReadyDescriptor),
            new(nowhere, 0),
            new(nowhere, 1),
            new(log is null ? nowhere : log.DangerousGetHandle().ToInt32(), 2),
        ];
        if (device is { } inherited)
        {
            copies.Add(new DescriptorCopy(inherited, inherited));
        }

        // What a caller has left open for us (a shell's own pipes) would never end while a daemon holds it.
        // Before Linux 5.11 that cannot be asked for, and only this comfort is lost.
        _ = Syscall.CloseRangeOnExec(3, uint.MaxValue);
        Require(Syscall.PosixSpawn(program, ToBytes(arguments), ToBytes(Environments()), CollectionsMarshal.AsSpan(copies), out int pid), "posix_spawn");
        return pid;
    }

    private static List<byte[]> ToBytes(IEnumerable<string> strings) => [.. strings.Select(Encoding.UTF8.GetBytes)];

    private static IEnumerable<string> Environments() =>
        Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().Select(variable => $"{variable.Key}={variable.Value}");

    private static void Require(int result, string call)
    {
        if (result < 0)
        {
            throw new CliException($"{call} for the background process: {(Errno)(-result)}");
        }
    }
}
