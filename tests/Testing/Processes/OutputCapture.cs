using System.Buffers;
using System.Text;

namespace VirtualRoot.Testing.Processes;

/// <summary>Everything that a child writes to one pipe, readable while it still runs.</summary>
public sealed class OutputCapture
{
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private bool _ended;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public OutputCapture(Stream source)
    {
        // A thread of its own: reading a pipe blocks one anyway, and the pool's few would be taken by children that say nothing.
        new Thread(() => Pump(source)) { IsBackground = true, Name = "child's output" }.Start();
    }

    /// <summary>Completes at the end of the pipe: when every process that holds its other end is gone.</summary>
    public Task Completion => _completion.Task;

    public byte[] Bytes
    {
        get
        {
            lock (_bytes)
            {
                return _bytes.WrittenSpan.ToArray();
            }
        }
    }

    public string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>Waits until the text holds what <paramref name="isThere"/> looks for; false at the pipe's end or after the time.</summary>
    public bool WaitFor(Predicate<string> isThere, TimeSpan limit)
    {
        long end = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        lock (_bytes)
        {
            while (!isThere(Encoding.UTF8.GetString(_bytes.WrittenSpan)))
            {
                long left = end - Environment.TickCount64;
                if (_ended || left <= 0 || !Monitor.Wait(_bytes, (int)left))
                {
                    return isThere(Encoding.UTF8.GetString(_bytes.WrittenSpan));
                }
            }

            return true;
        }
    }

    private void Pump(Stream source)
    {
        byte[] buffer = new byte[64 * 1024];
        try
        {
            int count;
            while ((count = source.Read(buffer)) > 0)
            {
                lock (_bytes)
                {
                    _bytes.Write(buffer.AsSpan(0, count));
                    Monitor.PulseAll(_bytes);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // Its owner has let go of the child: nobody reads this any more.
            return;
        }
        finally
        {
            lock (_bytes)
            {
                _ended = true;
                Monitor.PulseAll(_bytes);
            }

            _completion.TrySetResult();
        }
    }
}
