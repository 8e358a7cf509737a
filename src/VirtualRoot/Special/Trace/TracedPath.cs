using System.Diagnostics.CodeAnalysis;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;

namespace VirtualRoot.Special.Trace;

/// <summary>A row of a <see cref="SpecialTrace"/>. Children are guarded by the trace's lock; counts are counted without one.</summary>
internal sealed class TracedPath
{
    private static readonly int s_operations = Enum.GetValues<SpecialOperation>().Length;

    private readonly SpecialTrace _trace;
    private readonly string _path;
    private readonly string _name;
    private readonly TracedPath? _directory;
    private readonly long[] _counts = new long[s_operations];
    private Dictionary<string, TracedPath>? _children;
    private long _refused;
    private int _firstErrno;
    private string? _firstCommand;

    public TracedPath(SpecialTrace trace, TracedPath? directory, string name)
    {
        _trace = trace;
        _directory = directory;
        _name = name;
        _path = $"{directory?._path}/{name}";
    }

    /// <summary>Whether anything was counted.</summary>
    public bool IsUsed => Volatile.Read(ref _firstCommand) is not null;

    /// <summary>The row of a name in this directory; null: the table is full.</summary>
    public TracedPath? Child(ReadOnlySpan<byte> name) => _trace.Child(this, name);

    /// <summary>Counts an operation that ended with <paramref name="errno"/>. Allocates for the first of a path alone.</summary>
    public void Count(SpecialOperation operation, Errno errno, in Caller caller)
    {
        Interlocked.Increment(ref _counts[(int)operation]);
        if (errno != Errno.Success)
        {
            Interlocked.Increment(ref _refused);
            Interlocked.CompareExchange(ref _firstErrno, (int)errno, 0);
        }

        if (Volatile.Read(ref _firstCommand) is null)
        {
            Interlocked.CompareExchange(ref _firstCommand, _trace.CommandOf(caller.ThreadId), null);
        }
    }

    /// <summary>The row as it is now.</summary>
    public SpecialTraceRow Row(MachineProfile profile) => new()
    {
        Path = _path,
        Operations = Enum.GetValues<SpecialOperation>()
            .Select(operation => (operation, count: Interlocked.Read(ref _counts[(int)operation])))
            .Where(pair => pair.count > 0)
            .ToDictionary(pair => pair.operation, pair => pair.count),
        Refused = Interlocked.Read(ref _refused),
        FirstErrno = Volatile.Read(ref _firstErrno) is var errno and not 0 ? (Errno)errno : null,
        FirstCommand = Volatile.Read(ref _firstCommand) ?? "",
        Variation = SpecialVariation.Of(_path, profile),
    };

    /// <summary>A name as the table has it: PID, TID and N stand for numbers, <c>pipe:[N]</c> for every pipe.</summary>
    public ReadOnlySpan<char> Generalize(ReadOnlySpan<char> name)
    {
        bool isNumber = !name.IsEmpty;
        foreach (char digit in name)
        {
            isNumber &= char.IsAsciiDigit(digit);
        }

        return this switch
        {
            { _directory: null, _name: "proc" } when isNumber => "PID",
            { _name: "task", _directory._name: "PID" } when isNumber => "TID",
            { _name: "fd" or "fdinfo" } when isNumber => "N",
            { _name: "fd" } when name.IndexOf(":[") is >= 0 and int colon => string.Concat(name[..colon], ":[N]"),
            _ => name,
        };
    }

    public bool TryGetChild(ReadOnlySpan<char> name, [NotNullWhen(true)] out TracedPath? child)
    {
        child = null;
        return _children is not null && _children.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out child);
    }

    public void AddChild(string name, TracedPath child) => (_children ??= []).Add(name, child);
}
