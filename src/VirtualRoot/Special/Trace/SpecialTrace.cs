using System.Text;
using VirtualRoot.Linux;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Trace;

/// <summary>
/// Which special paths the processes of a root have used: a table of counts, one row for each path. The numbers of processes, threads and
/// descriptors are not told apart, so the table is as long as the allow-list and what was asked for in vain. A root without a trace has nodes
/// without a <see cref="TracedPath"/>: that null is all that tracing costs when it is off.
/// </summary>
public sealed class SpecialTrace
{
    // What is asked for in vain is the action's to invent.
    private const int MaxPaths = 10_000;
    private const int CommandBytes = 16; // TASK_COMM_LEN

    private readonly Lock _lock = new();
    private readonly List<TracedPath> _paths = [];
    private ProcessTable? _processes;

    /// <summary>Whether paths were left out, since more were used than a table holds.</summary>
    public bool IsCut { get; private set; }

    /// <summary>The rows of what was used, sorted by path. May be asked for at any time.</summary>
    /// <param name="profile">The machine that the root tells of: what it fixes does not vary.</param>
    public IReadOnlyList<SpecialTraceRow> Report(MachineProfile profile)
    {
        lock (_lock)
        {
            return [.. _paths.Where(path => path.IsUsed).Select(path => path.Row(profile)).OrderBy(row => row.Path, StringComparer.Ordinal)];
        }
    }

    /// <summary>The row of <c>/proc</c>, <c>/sys</c> or <c>/dev</c>.</summary>
    internal TracedPath Top(string name, ProcessTable processes)
    {
        _processes = processes;
        return Add(null, name)!;
    }

    /// <summary>The row of a name in a directory, made if need be; null: the table is full.</summary>
    internal TracedPath? Child(TracedPath directory, ReadOnlySpan<byte> name)
    {
        Span<char> text = stackalloc char[256];
        if (!Encoding.UTF8.TryGetChars(name, text, out int length))
        {
            return null;
        }

        ReadOnlySpan<char> general = directory.Generalize(text[..length]);
        lock (_lock)
        {
            return directory.TryGetChild(general, out TracedPath? child) ? child : Add(directory, general.ToString());
        }
    }

    /// <summary>The command name of a thread; empty once it has ended. Reading it never waits for the thread.</summary>
    internal string CommandOf(int threadId)
    {
        Span<byte> path = stackalloc byte[32];
        Span<byte> command = stackalloc byte[CommandBytes];
        return _processes is not null && System.Text.Unicode.Utf8.TryWrite(path, $"{threadId}/comm\0", out int length)
            && ProcReader.ReadStart(_processes.Proc, path[..length], command, out int read) == Errno.Success
            ? Encoding.UTF8.GetString(command[..read]).TrimEnd('\n')
            : "";
    }

    private TracedPath? Add(TracedPath? directory, string name)
    {
        if (_paths.Count >= MaxPaths)
        {
            IsCut = true;
            return null;
        }

        TracedPath path = new(this, directory, name);
        directory?.AddChild(name, path);
        _paths.Add(path);
        return path;
    }
}
