using VirtualRoot.Model.Tests.Support;

namespace VirtualRoot.Model.Tests.Operations;

/// <summary>The same operations on a fresh mount and on a plain directory that is like it, until an answer differs.</summary>
internal sealed class SideBySide : IDisposable
{
    private readonly OperationServer _onMount;
    private readonly OperationServer _onPlain;
    private readonly List<string> _script = [];
    private readonly SortedDictionary<string, (int Done, int Succeeded)> _counts = new(StringComparer.Ordinal);

    public SideBySide(Machine machine, uint? uid)
    {
        Mount = new Mount(machine, uid);
        try
        {
            Plain = Mount.CopyInputs();
            string program = machine.Program("operations");
            _onMount = new OperationServer(program, Mount.Work, uid);
            _onPlain = new OperationServer(program, Plain, uid);
        }
        catch
        {
            Mount.Dispose();
            throw;
        }
    }

    public Mount Mount { get; }

    /// <summary>The plain directory.</summary>
    public string Plain { get; }

    /// <summary>All operations so far.</summary>
    public IReadOnlyList<string> Script => _script;

    /// <summary>How many of each operation there were, and how many of them succeeded.</summary>
    public IReadOnlyDictionary<string, (int Done, int Succeeded)> Counts => _counts;

    /// <summary>Performs some more on both sides.</summary>
    /// <returns>The first difference, or null.</returns>
    public async Task<Mismatch?> PerformAsync(IReadOnlyList<string> operations)
    {
        int before = _script.Count;
        _script.AddRange(operations);
        Task<string[]> onMount = _onMount.PerformAsync(operations);
        string[] plain = await _onPlain.PerformAsync(operations);
        string[] mount = await onMount;
        for (int index = 0; index < operations.Count; index++)
        {
            if (!Answers.AreAlike(mount[index], plain[index]))
            {
                return new Mismatch([.. _script.Take(before + index + 1)], mount[index], plain[index]);
            }

            string name = operations[index].Split(' ', 4)[2];
            (int done, int succeeded) = _counts.GetValueOrDefault(name);
            _counts[name] = (done + 1, succeeded + (mount[index].Contains(" ok", StringComparison.Ordinal) ? 1 : 0));
        }

        return null;
    }

    public void Dispose()
    {
        _onMount.Dispose();
        _onPlain.Dispose();
        Mount.Dispose();
    }
}
