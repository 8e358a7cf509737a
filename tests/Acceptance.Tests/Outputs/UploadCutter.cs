using System.Net;
using System.Net.Sockets;

namespace VirtualRoot.Acceptance.Tests.Outputs;

/// <summary>A proxy on loopback that resets each of the first connections after so many bytes from the client.</summary>
internal sealed class UploadCutter : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closing = new();
    private readonly int _port;
    private readonly Queue<long> _cutAfter;
    private readonly Task _accepting;
    private long _bytes;
    private int _cuts;

    public UploadCutter(string server, params long[] cutAfter)
    {
        _port = new Uri(server).Port;
        _cutAfter = new Queue<long>(cutAfter);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => $"grpc://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Bytes that came from clients.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Connections that were reset.</summary>
    public int Cuts => Volatile.Read(ref _cuts);

    public void Dispose()
    {
        // Only when nothing accepts any more.
        _closing.Cancel();
        _accepting.Wait(TimeSpan.FromSeconds(60));
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
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _port, _closing.Token);
            await Task.WhenAny(CopyAsync(client, server, isUpload: true), CopyAsync(server, client, isUpload: false));
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // One side is gone: so is the connection.
        }
    }

    private async Task CopyAsync(Socket from, Socket to, bool isUpload)
    {
        byte[] buffer = new byte[64 * 1024];
        long passed = 0;
        int count;
        while ((count = await from.ReceiveAsync(buffer, _closing.Token)) > 0)
        {
            for (int sent = 0; sent < count;)
            {
                sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), _closing.Token);
            }

            if (isUpload)
            {
                passed += count;
                Interlocked.Add(ref _bytes, count);
                if (_cutAfter.TryPeek(out long limit) && passed > limit)
                {
                    _cutAfter.Dequeue();
                    Interlocked.Increment(ref _cuts);
                    from.LingerState = new LingerOption(true, 0); // close then sends RST
                    return;
                }
            }
        }
    }
}
