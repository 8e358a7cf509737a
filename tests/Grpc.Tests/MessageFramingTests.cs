using System.Buffers;
using VirtualRoot.Grpc.Framing;

namespace VirtualRoot.Grpc.Tests;

public sealed class MessageFramingTests
{
    private const int Limit = 1000;

    [Fact]
    public void TryRead_EveryPrefixOfAMessage_NeedsMoreAndTakesNothing()
    {
        byte[] frame = [0, 0, 0, 0, 3, 1, 2, 3];
        for (int length = 0; length < frame.Length; length++)
        {
            var buffer = new ReadOnlySequence<byte>(frame, 0, length);
            Assert.False(MessageFraming.TryRead(ref buffer, Limit, out _));
            Assert.Equal(length, buffer.Length);
        }

        var whole = new ReadOnlySequence<byte>(frame);
        Assert.True(MessageFraming.TryRead(ref whole, Limit, out ReadOnlySequence<byte> message));
        Assert.Equal([1, 2, 3], message.ToArray());
        Assert.True(whole.IsEmpty);
    }

    [Fact]
    public void TryRead_EverySplitIntoThreeSegments_SameMessages()
    {
        byte[] stream = [0, 0, 0, 0, 3, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 9];
        for (int first = 0; first <= stream.Length; first++)
        {
            for (int second = first; second <= stream.Length; second++)
            {
                ReadOnlySequence<byte> buffer = Segment.Join(stream[..first], stream[first..second], stream[second..]);
                List<byte[]> messages = [];
                while (MessageFraming.TryRead(ref buffer, Limit, out ReadOnlySequence<byte> message))
                {
                    messages.Add(message.ToArray());
                }

                Assert.Equal([[1, 2, 3], [], [9]], messages);
                Assert.True(buffer.IsEmpty);
            }
        }
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 3, 0xe8 }, false)]
    [InlineData(new byte[] { 0, 0, 0, 3, 0xe9 }, true)]
    [InlineData(new byte[] { 0, 0x7f, 0xff, 0xff, 0xff }, true)]
    [InlineData(new byte[] { 0, 0xff, 0xff, 0xff, 0xff }, true)]
    public void TryRead_LengthAtAndAboveTheLimit_RefusedFromTheHeaderAlone(byte[] header, bool refused)
    {
        var buffer = new ReadOnlySequence<byte>(header);
        if (!refused)
        {
            Assert.False(MessageFraming.TryRead(ref buffer, Limit, out _));
            return;
        }

        RpcException exception = Assert.Throws<RpcException>(() => MessageFraming.TryRead(ref buffer, Limit, out _));
        Assert.Equal(StatusCode.ResourceExhausted, exception.StatusCode);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4091)]
    [InlineData(4092)]
    [InlineData(131072)]
    [InlineData(1 << 20)]
    public void Serialize_AnySize_HeaderThenBytesInPieces(int size)
    {
        var message = new byte[size];
        new Random(size).NextBytes(message);
        using MessageBuffer buffer = MessageBuffer.Serialize(TestMethods.Bytes, message, 2 << 20);
        ReadOnlySequence<byte> wire = Segment.Join([.. buffer.Pieces.Select(static piece => piece.ToArray())]);
        Assert.True(MessageFraming.TryRead(ref wire, 2 << 20, out ReadOnlySequence<byte> read));
        Assert.Equal(message, read.ToArray());
        Assert.True(wire.IsEmpty);
    }

    [Fact]
    public void Serialize_OverTheLimit_ResourceExhausted()
    {
        RpcException exception = Assert.Throws<RpcException>(() => MessageBuffer.Serialize(TestMethods.Bytes, new byte[11], 10));
        Assert.Equal(StatusCode.ResourceExhausted, exception.StatusCode);
        using MessageBuffer fits = MessageBuffer.Serialize(TestMethods.Bytes, new byte[10], 10);
        Assert.Equal(15, fits.Pieces.Sum(static piece => piece.Count));
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public static ReadOnlySequence<byte> Join(params byte[][] parts)
        {
            var first = new Segment { Memory = parts[0] };
            Segment last = first;
            foreach (byte[] part in parts[1..])
            {
                var next = new Segment { Memory = part, RunningIndex = last.RunningIndex + last.Memory.Length };
                last.Next = next;
                last = next;
            }

            return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
        }
    }
}
