using System.Net;
using System.Net.Sockets;
using System.Text;

namespace VirtualRoot.Acceptance.Tests.Faults;

/// <summary>
/// A proxy on loopback that knows HTTP/2's frames and breaks some answers: where a message begins with HUGE-PREFIX its gRPC length
/// becomes 2 GiB - 1; from one that begins with RESET the connection is reset after a while, each time; with ONCE the first time only.
/// </summary>
internal sealed class FaultyWire : IDisposable
{
    private const int FrameHeader = 9;
    private const int BytesUntilReset = 1 << 20;
    private const byte Data = 0;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closing = new();
    private readonly int _port;
    private int _onceDone;

    public FaultyWire(int port)
    {
        _port = port;
        _listener.Start();
        Accepting = AcceptAsync();
    }

    public string Address => $"grpc://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>How many connections were reset.</summary>
    public int Resets { get; private set; }

    /// <summary>How many lengths were changed.</summary>
    public int HugePrefixes { get; private set; }

    private Task Accepting { get; }

    public void Dispose()
    {
        // Only when nothing accepts any more.
        _closing.Cancel();
        Accepting.Wait(TimeSpan.FromSeconds(60));
        _listener.Stop();
        _closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> connections = [];
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptSocketAsync(_closing.Token);
                connections.Add(Task.Run(() => ServeAsync(client)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using Socket downstream = client;
        using Socket upstream = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        downstream.NoDelay = true;
        try
        {
            await upstream.ConnectAsync(IPAddress.Loopback, _port, _closing.Token);
            await Task.WhenAny(PumpAsync(downstream, upstream), PumpFramesAsync(upstream, downstream));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            // One side is gone: so is the connection.
        }
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        byte[] buffer = new byte[64 * 1024];
        int count;
        while ((count = await from.ReceiveAsync(buffer, _closing.Token)) > 0)
        {
            await SendAsync(to, buffer.AsMemory(0, count));
        }
    }

    private async Task PumpFramesAsync(Socket from, Socket to)
    {
        byte[] frame = new byte[FrameHeader + (1 << 24)];
        int untilReset = -1;
        while (await ReadAsync(from, frame.AsMemory(0, FrameHeader)))
        {
            int length = (frame[0] << 16) | (frame[1] << 8) | frame[2];
            if (!await ReadAsync(from, frame.AsMemory(FrameHeader, length)))
            {
                return;
            }

            if (frame[3] == Data)
            {
                untilReset = Break(frame.AsSpan(FrameHeader, length), untilReset);
            }

            if (untilReset == 0)
            {
                Resets++;
                to.LingerState = new LingerOption(true, 0); // close then sends RST
                return;
            }

            await SendAsync(to, frame.AsMemory(0, FrameHeader + length));
        }
    }

    /// <summary>How many more bytes of data pass before the reset; -1: all.</summary>
    private int Break(Span<byte> payload, int untilReset)
    {
        string text = Encoding.Latin1.GetString(payload[..Math.Min(payload.Length, 512)]);
        if (text.Contains("HUGE-PREFIX", StringComparison.Ordinal))
        {
            ((ReadOnlySpan<byte>)[0x00, 0x7f, 0xff, 0xff, 0xff]).CopyTo(payload);
            HugePrefixes++;
        }

        if (untilReset < 0 && text.Contains("RESET ", StringComparison.Ordinal))
        {
            // A client that resumes gets nothing more: to go on from where it was would be to get on.
            untilReset = Resets == 0 ? BytesUntilReset : 0;
        }
        else if (text.Contains("ONCE ", StringComparison.Ordinal) && Interlocked.Exchange(ref _onceDone, 1) == 0)
        {
            untilReset = BytesUntilReset;
        }

        return untilReset < 0 ? -1 : Math.Max(0, untilReset - payload.Length);
    }

    private async Task<bool> ReadAsync(Socket from, Memory<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            int count = await from.ReceiveAsync(buffer, _closing.Token);
            if (count == 0)
            {
                return false;
            }

            buffer = buffer[count..];
        }

        return true;
    }

    private async Task SendAsync(Socket to, ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await to.SendAsync(bytes, _closing.Token)..];
        }
    }
}
