using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace VirtualRoot.Testing.Peers;

/// <summary>
/// A server that speaks HTTP/2 frame by frame and answers each call with whatever a test scripts: what no real server would
/// send. Headers are literals without indexing and without Huffman codes; what the client sends is not decoded.
/// </summary>
public sealed class RawPeer : IAsyncDisposable
{
    public const byte Data = 0;
    public const byte Headers = 1;
    public const byte Reset = 3;
    public const byte Settings = 4;
    public const byte Ping = 6;
    public const byte GoAway = 7;
    public const byte EndStream = 1;
    private const byte EndHeaders = 4;
    private const byte Ack = 1;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<RawPeer, int, Task> _answer;
    private readonly bool _answerPings;
    private readonly Task _serving;
    private NetworkStream _stream = null!;

    /// <summary>A server that calls <paramref name="answer"/> with the stream's id when a call's headers have come.</summary>
    public RawPeer(Func<RawPeer, int, Task> answer, bool answerPings = true)
    {
        _answer = answer;
        _answerPings = answerPings;
        _listener.Start();
        Address = string.Create(CultureInfo.InvariantCulture, $"grpc://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _serving = ServeAsync();
    }

    public string Address { get; }

    public int Connections { get; private set; }

    public int PingsReceived { get; private set; }

    /// <summary>A response whose body is <paramref name="body"/>, then trailers.</summary>
    public async Task RespondAsync(int stream, byte[] body, params (string Name, string Value)[] trailers)
    {
        await HeadersAsync(stream, false, (":status", "200"), ("content-type", "application/grpc"));
        await FrameAsync(Data, 0, stream, body);
        await HeadersAsync(stream, true, trailers);
    }

    public Task HeadersAsync(int stream, bool end, params (string Name, string Value)[] headers)
    {
        using var block = new MemoryStream();
        foreach ((string name, string value) in headers)
        {
            block.WriteByte(0); // literal header field without indexing, new name
            WriteString(block, name);
            WriteString(block, value);
        }

        return FrameAsync(Headers, (byte)(EndHeaders | (end ? EndStream : 0)), stream, block.ToArray());
    }

    public Task ResetAsync(int stream, uint errorCode)
    {
        var code = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(code, errorCode);
        return FrameAsync(Reset, 0, stream, code);
    }

    public async Task FrameAsync(byte type, byte flags, int stream, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        await _stream.WriteAsync(frame, _stop.Token);
    }

    /// <summary>Closes the connection; with data unread, that is a TCP reset.</summary>
    public void Drop()
    {
        _stream.Socket.LingerState = new LingerOption(true, 0);
        _stream.Close();
    }

    public async ValueTask DisposeAsync()
    {
        // A listener that stops while it accepts may fail its accept with what no caller expects, a NullReferenceException even.
        await _stop.CancelAsync();
        await _serving;
        _listener.Stop();
        _stop.Dispose();
    }

    private static void WriteString(MemoryStream block, string text)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        if (bytes.Length >= 127)
        {
            throw new ArgumentException("a header of this peer has at most 126 bytes", nameof(text));
        }

        block.WriteByte((byte)bytes.Length);
        block.Write(bytes);
    }

    private async Task ServeAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Connections++;
                _stream = client.GetStream();
                await ServeConnectionAsync();
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException or SocketException)
            {
                // The connection's or the test's end; the next connection is served.
            }
        }
    }

    private async Task ServeConnectionAsync()
    {
        await _stream.ReadExactlyAsync(new byte[24], _stop.Token); // the client's preface
        await FrameAsync(Settings, 0, 0, []);
        var header = new byte[9];
        while (true)
        {
            await _stream.ReadExactlyAsync(header, _stop.Token);
            var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(header) >> 8];
            await _stream.ReadExactlyAsync(payload, _stop.Token);
            bool isAck = (header[4] & Ack) != 0;
            switch (header[3])
            {
                case Settings when !isAck:
                    await FrameAsync(Settings, Ack, 0, []);
                    break;
                case Ping when !isAck:
                    PingsReceived++;
                    if (_answerPings)
                    {
                        await FrameAsync(Ping, Ack, 0, payload);
                    }

                    break;
                case Headers:
                    await _answer(this, BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5)));
                    break;
            }
        }
    }
}
