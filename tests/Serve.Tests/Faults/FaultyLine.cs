using System.Net;
using System.Net.Sockets;

namespace VirtualRoot.Serve.Tests.Faults;

/// <summary>
/// A proxy on loopback between a worker and its CAS that knows HTTP/2's frames: as its plan has it, data comes late, content is
/// changed on the way (in both directions, so that nothing but its hash tells), connections are reset, and nobody answers for a while.
/// </summary>
internal sealed class FaultyLine : IAsyncDisposable
{
    private const int PrefaceBytes = 24;
    private const int HeaderBytes = 9;
    private const byte Data = 0;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closing = new();
    private readonly FaultPlan _plan;
    private readonly int _port;
    private readonly Task _accepting;
    private readonly Task _outages;
    private CancellationTokenSource _connections = new();
    private volatile bool _isDown;

    public FaultyLine(string server, FaultPlan plan)
    {
        _port = new Uri(server).Port;
        _plan = plan;
        _listener.Start();
        _accepting = AcceptAsync();
        _outages = CutAsync();
    }

    public string Address => $"grpc://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _connections.CancelAsync();
        await Task.WhenAll(_accepting, _outages);
        _listener.Stop();
        _connections.Dispose();
        _closing.Dispose();
    }

    private async Task CutAsync()
    {
        try
        {
            while (true)
            {
                (TimeSpan after, TimeSpan lasting) = _plan.NextOutage();
                await Task.Delay(after, _closing.Token);
                if (_plan.IsCalm)
                {
                    continue;
                }

                _plan.CountOutage();
                _isDown = lasting > TimeSpan.Zero;
                CancellationTokenSource old = Interlocked.Exchange(ref _connections, new CancellationTokenSource());
                await old.CancelAsync();
                await Task.Delay(lasting, _closing.Token);
                _isDown = false;
            }
        }
        catch (OperationCanceledException)
        {
            // The test's end.
        }
    }

    private async Task AcceptAsync()
    {
        List<Task> connections = [];
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptSocketAsync(_closing.Token);
                connections.RemoveAll(static connection => connection.IsCompletedSuccessfully);
                connections.Add(ServeAsync(client));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(Socket accepted)
    {
        using Socket client = accepted;
        using Socket server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        client.LingerState = server.LingerState = new LingerOption(true, 0); // close then sends RST
        if (_isDown)
        {
            return;
        }

        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(_connections.Token, _closing.Token);
        Task[] pumps = [];
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _port, either.Token);
            pumps = [PumpAsync(client, server, PrefaceBytes, either.Token), PumpAsync(server, client, 0, either.Token)];
            await Task.WhenAny(pumps);
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // The server is gone: so is the connection.
        }

        await either.CancelAsync();
        await Task.WhenAll(pumps);
    }

    private async Task PumpAsync(Socket from, Socket to, int unframed, CancellationToken cancellationToken)
    {
        byte[] frame = new byte[HeaderBytes + (1 << 24)];
        try
        {
            if (!await ReadAsync(from, frame.AsMemory(0, unframed), cancellationToken))
            {
                return;
            }

            await SendAsync(to, frame.AsMemory(0, unframed), cancellationToken);
            while (await ReadAsync(from, frame.AsMemory(0, HeaderBytes), cancellationToken))
            {
                int length = (frame[0] << 16) | (frame[1] << 8) | frame[2];
                if (!await ReadAsync(from, frame.AsMemory(HeaderBytes, length), cancellationToken))
                {
                    return;
                }

                if (frame[3] == Data && length > 0)
                {
                    await Task.Delay(_plan.NextDelay(), cancellationToken);
                    if (_plan.NextReset())
                    {
                        return;
                    }

                    int place = _plan.NextCorruption(frame.AsSpan(HeaderBytes, length));
                    frame[HeaderBytes + Math.Max(place, 0)] ^= (byte)(place >= 0 ? 1 : 0);
                }

                await SendAsync(to, frame.AsMemory(0, HeaderBytes + length), cancellationToken);
            }
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // One side is gone, or the line was cut.
        }
    }

    private static bool IsEnd(Exception exception) => exception is OperationCanceledException or SocketException or ObjectDisposedException;

    private static async Task<bool> ReadAsync(Socket from, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (buffer.Length > 0)
        {
            int count = await from.ReceiveAsync(buffer, cancellationToken);
            if (count == 0)
            {
                return false;
            }

            buffer = buffer[count..];
        }

        return true;
    }

    private static async Task SendAsync(Socket to, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await to.SendAsync(bytes, cancellationToken)..];
        }
    }
}
