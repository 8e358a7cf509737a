using System.Net;
using System.Net.Sockets;

namespace VirtualRoot.CasClient.Tests.Fakes;

/// <summary>Passes bytes on, and resets each of the first connections after so many bytes from the server.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly IPEndPoint _server;
    private readonly Queue<int> _cutAfter;
    private readonly Task _accepting;
    private int _cuts;

    public CuttingProxy(string server, IEnumerable<int> cutAfter)
    {
        _server = new IPEndPoint(IPAddress.Loopback, new Uri(server).Port);
        _cutAfter = new Queue<int>(cutAfter);
        _listener.Start();
        Address = $"grpc://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _accepting = AcceptAsync();
    }

    public string Address { get; }

    public int Cuts => Volatile.Read(ref _cuts);

    public async ValueTask DisposeAsync()
    {
        // Only when nothing accepts any more.
        await _stop.CancelAsync();
        await _accepting;
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> connections = [];
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptSocketAsync(_stop.Token);
                connections.Add(PassAsync(client, _cutAfter.TryDequeue(out int limit) ? limit : int.MaxValue));
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
            await Task.WhenAll(connections);
        }
    }

    private async Task PassAsync(Socket client, int limit)
    {
        using Socket server = new(SocketType.Stream, ProtocolType.Tcp);
        using (client)
        {
            try
            {
                await server.ConnectAsync(_server, _stop.Token);
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                return; // the server is gone, or the test over
            }

            Task up = CopyAsync(client, server, int.MaxValue);
            Task<bool> down = CopyAsync(server, client, limit);
            await Task.WhenAny(up, down);
            if (down.IsCompletedSuccessfully && down.Result)
            {
                Interlocked.Increment(ref _cuts);
                client.LingerState = new LingerOption(true, 0);
            }
        }
    }

    private async Task<bool> CopyAsync(Socket from, Socket to, int limit)
    {
        byte[] buffer = new byte[16 * 1024];
        try
        {
            while (limit > 0)
            {
                int count = await from.ReceiveAsync(buffer.AsMemory(0, Math.Min(buffer.Length, limit)), _stop.Token);
                if (count == 0)
                {
                    return false;
                }

                await to.SendAsync(buffer.AsMemory(0, count), _stop.Token);
                limit -= count;
            }

            return true;
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            return false;
        }
    }
}
