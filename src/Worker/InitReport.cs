using System.Globalization;
using VirtualRoot.Linux;

namespace VirtualRoot.Worker;

/// <summary>
/// What vroot-init tells by its status pipe: text records that end in NUL (the head of vroot-init.c lists
/// them). Not thread-safe: the spawning thread alone feeds it.
/// </summary>
internal sealed class InitReport
{
    // vroot-init writes a path of at most 4096 bytes in a record; more is no vroot-init.
    private const int LongestRecord = 8192;

    private readonly List<byte> _pending = [];

    /// <summary>The inner process as this process's PID namespace numbers it; 0: not told yet.</summary>
    public int InitPid { get; private set; }

    /// <summary>The action has a PID namespace of its own.</summary>
    public bool HasPidNamespace { get; private set; }

    /// <summary>What became of /proc, /sys and /dev.</summary>
    public SpecialSupportReport Special { get; private set; }

    /// <summary>Where the command was not executed: the step.</summary>
    public string? FailedStep { get; private set; }

    /// <summary>Why it was not.</summary>
    public Errno FailedError { get; private set; }

    /// <summary>What did not work.</summary>
    public string FailedWhat { get; private set; } = "";

    /// <summary>The command's exit code; null: it did not exit.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>The signal that ended the command; 0: none.</summary>
    public int Signal { get; private set; }

    /// <summary>The signal left a core file.</summary>
    public bool CoreDumped { get; private set; }

    /// <summary>What was used; null: not told.</summary>
    public ResourceUsage? Usage { get; private set; }

    /// <summary>The report in the place of a vroot-init that could not be started.</summary>
    /// <param name="error">Why.</param>
    /// <param name="what">What could not be started.</param>
    /// <returns>A report with nothing else in it.</returns>
    public static InitReport OfFailedSpawn(Errno error, string what) =>
        new() { FailedStep = "spawn", FailedError = error, FailedWhat = what };

    /// <summary>Takes what came by the pipe, in any pieces.</summary>
    /// <exception cref="FormatException">This is not vroot-init's protocol.</exception>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            if (value == 0)
            {
                TakeRecord(ByteExactText.Decode(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_pending)));
                _pending.Clear();
            }
            else if (_pending.Count == LongestRecord)
            {
                throw new FormatException("vroot-init's report has no end: does it belong to this vroot?");
            }
            else
            {
                _pending.Add(value);
            }
        }
    }

    private static long Number(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static Errno? ErrnoOf(string text) => text == "-1" ? null : (Errno)Number(text);

    private void TakeRecord(string record)
    {
        string[] words = record.Split(' ');
        switch (words)
        {
            case ["init", var pid, var mode, _]:
                InitPid = (int)Number(pid);
                HasPidNamespace = mode == "pid-namespace";
                break;
            case ["special", var proc, var statfs]:
                Special = new SpecialSupportReport(ErrnoOf(proc), ErrnoOf(statfs));
                break;
            case ["failed", var step, var error, ..]:
                FailedStep = step;
                FailedError = (Errno)Number(error);
                FailedWhat = record[(record.IndexOf(' ', "failed ".Length + step.Length + 1) + 1)..];
                break;
            case ["exited", var code]:
                ExitCode = (int)Number(code);
                break;
            case ["signaled", var signal, var core]:
                Signal = (int)Number(signal);
                CoreDumped = core != "0";
                break;
            case ["usage", ..] when words.Length == 10:
                Usage = ReadUsage([.. words.Skip(1).Select(Number)]);
                break;
            default:
                throw new FormatException($"vroot-init reported '{record}': does it belong to this vroot?");
        }
    }

    private static ResourceUsage ReadUsage(long[] values) => new(
        TimeSpan.FromMicroseconds(values[0]),
        TimeSpan.FromMicroseconds(values[1]),
        values[2] * 1024,
        values[3],
        values[4],
        values[5],
        values[6],
        values[7],
        values[8]);
}
