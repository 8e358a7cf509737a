using System.Buffers;
using System.Text;

namespace VirtualRoot.Testing.Processes;

/// <summary>Everything that a child writes to one pipe, readable while it still runs.</summary>
public sealed class OutputCapture
{
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private bool _ended;

    public OutputCapture(Stream source)
    {
        Completion = Task.Run(() => PumpAsync(source));
    }

    /// <summary>Completes at the end of the pipe: when every process that holds its other end is gone.</summary>
    public Task Completion { get; }

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

    private async Task PumpAsync(Stream source)
    {
        byte[] buffer = new byte[64 * 1024];
        try
        {
            int count;
            while ((count = await source.ReadAsync(buffer)) > 0)
            {
                lock (_bytes)
                {
                    _bytes.Write(buffer.AsSpan(0, count));
                    Monitor.PulseAll(_bytes);
                }
            }
        }
        finally
        {
            lock (_bytes)
            {
                _ended = true;
                Monitor.PulseAll(_bytes);
            }
        }
    }
}
