using VirtualRoot.Linux;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Descriptors;

/// <summary>A LOOKUP that waits for its FIFO.</summary>
internal sealed class PipeRequest(PipeProxy proxy, DescriptorTarget? target, ProcessIdentity process)
{
    private readonly object _gate = new();
    private Errno? _answer;

    /// <summary>The FIFO.</summary>
    public PipeProxy Proxy => proxy;

    /// <summary>The pipe, or null.</summary>
    public DescriptorTarget? Target => target;

    /// <summary>Whose descriptor leads to it.</summary>
    public ProcessIdentity Process => process;

    /// <summary>Answers.</summary>
    public void Complete(Errno errno)
    {
        lock (_gate)
        {
            _answer = errno;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>The answer; ETIMEDOUT if there is none within <paramref name="limit"/>.</summary>
    public Errno Wait(TimeSpan limit)
    {
        lock (_gate)
        {
            // One thread waits and one answers: whatever ends the wait, the field tells.
            if (_answer is null)
            {
                Monitor.Wait(_gate, limit);
            }

            return _answer ?? Errno.ETIMEDOUT;
        }
    }
}
