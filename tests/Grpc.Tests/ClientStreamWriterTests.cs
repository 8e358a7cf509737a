using VirtualRoot.Grpc.Client;

namespace VirtualRoot.Grpc.Tests;

/// <summary>Writing to a request stream whose transport fails.</summary>
public sealed class ClientStreamWriterTests
{
    // SocketsHttpHandler's stream throws NullReferenceException when it ends as a write begins to wait for its window.
    [Theory]
    [InlineData(typeof(NullReferenceException))]
    [InlineData(typeof(ObjectDisposedException))]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(HttpRequestException))]
    public async Task Write_TransportsStreamEndsMeanwhile_IsFalseAndNoException(Type failure)
    {
        await using GrpcChannel channel = GrpcChannel.ForAddress("grpc://127.0.0.1:1");
        using var call = new ClientCall<byte[], byte[]>(channel, TestMethods.ClientStreaming, default);
        using var content = new StreamingContent();
        var writer = new ClientStreamWriter<byte[], byte[]>(call, content, TestMethods.Bytes, 1 << 20);
        Task sending = content.CopyToAsync(new EndingStream(failure));

        Assert.False(await writer.WriteAsync(new byte[70_000]));

        await writer.CompleteAsync();
        await sending;
    }

    private sealed class EndingStream(Type failure) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromException((Exception)Activator.CreateInstance(failure, failure == typeof(ObjectDisposedException) ? ["stream"] : [])!);

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
