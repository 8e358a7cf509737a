using System.Diagnostics;
using VirtualRoot.Linux.Zstd;

namespace VirtualRoot.Linux.Tests.Zstd;

public sealed class ZstdTests
{
    [Fact]
    public void IsAvailable_ThisMachine_IsTrue() => Assert.True(ZstdLibrary.IsAvailable);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(3_000_000)]
    public void Compress_Blob_DecompressesToTheSame(int length)
    {
        byte[] bytes = Bytes(length);
        byte[] compressed = ZstdLibrary.Compress(bytes);
        byte[] again = new byte[length];
        ZstdLibrary.Decompress(compressed, again);

        Assert.Equal(bytes, again);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 13)]
    [InlineData(1000, 3)]
    [InlineData(3, 1000)]
    public void Streaming_AnyPieces_GivesTheSame(int inputPiece, int outputPiece)
    {
        byte[] bytes = Bytes(20_000);
        List<byte> compressed = [];
        byte[] buffer = new byte[outputPiece];
        using (ZstdCompressor compressor = new())
        {
            for (int offset = 0; offset < bytes.Length; offset += inputPiece)
            {
                Memory<byte> rest = bytes.AsMemory(offset, Math.Min(inputPiece, bytes.Length - offset));
                bool isLast = offset + inputPiece >= bytes.Length;
                bool isDone;
                do
                {
                    isDone = compressor.Compress(rest.Span, buffer, isLast, out int consumed, out int written);
                    rest = rest[consumed..];
                    compressed.AddRange(buffer.AsSpan(0, written));
                }
                while (!isDone);
            }
        }

        Assert.Equal(bytes, Decompress([.. compressed], inputPiece, outputPiece, bytes.Length, out bool isComplete));
        Assert.True(isComplete);
    }

    [Fact]
    public void Decompress_TruncatedAtEveryLength_IsNeverComplete()
    {
        byte[] bytes = Bytes(600);
        byte[] compressed = ZstdLibrary.Compress(bytes);
        byte[] buffer = new byte[bytes.Length];
        for (int length = 0; length < compressed.Length; length++)
        {
            Assert.Throws<ZstdException>(() => ZstdLibrary.Decompress(compressed.AsSpan(0, length), buffer));
        }
    }

    [Fact]
    public void Decompress_OneByteWrongAnywhere_ThrowsOrGivesOtherBytesButNeverMore()
    {
        byte[] bytes = Bytes(600);
        byte[] compressed = ZstdLibrary.Compress(bytes);
        int refused = 0;
        for (int index = 0; index < compressed.Length; index++)
        {
            byte[] corrupt = [.. compressed];
            corrupt[index] ^= 0xff;
            byte[] buffer = new byte[bytes.Length];
            try
            {
                ZstdLibrary.Decompress(corrupt, buffer);
            }
            catch (ZstdException exception)
            {
                Assert.StartsWith("zstd: ", exception.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        Assert.InRange(refused, 4, compressed.Length);
    }

    [Fact]
    public void Decompress_Bomb_IsRefusedAtTheBound()
    {
        byte[] bomb = ZstdLibrary.Compress(new byte[64 << 20]);
        byte[] buffer = new byte[64 * 1024];
        Assert.True(bomb.Length < 16 * 1024);
        using ZstdDecompressor decompressor = new(1_000_000);
        long total = 0;
        ReadOnlyMemory<byte> rest = bomb;

        ZstdException exception = Assert.Throws<ZstdException>(() =>
        {
            while (!decompressor.IsAtFrameEnd)
            {
                decompressor.Decompress(rest.Span, buffer, out int consumed, out int written);
                rest = rest[consumed..];
                total += written;
            }
        });

        Assert.Equal(1_000_000, total);
        Assert.Contains("more than 1000000 bytes", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(99)]
    [InlineData(101)]
    public void Decompress_AnotherLengthThanAgreed_IsRefused(int length)
    {
        byte[] compressed = ZstdLibrary.Compress(Bytes(100));
        Assert.Throws<ZstdException>(() => ZstdLibrary.Decompress(compressed, new byte[length]));
    }

    [Fact]
    public void Decompress_TwoFrames_AreOneStream()
    {
        byte[] bytes = Bytes(5000);
        byte[] compressed = [.. ZstdLibrary.Compress(bytes.AsSpan(0, 2000)), .. ZstdLibrary.Compress(bytes.AsSpan(2000))];
        byte[] again = new byte[5000];
        ZstdLibrary.Decompress(compressed, again);

        Assert.Equal(bytes, again);
    }

    [Fact]
    public void Decompress_GarbageAfterTheFrame_IsRefused()
    {
        byte[] compressed = [.. ZstdLibrary.Compress(Bytes(100)), 1, 2, 3, 4, 5];
        Assert.Throws<ZstdException>(() => ZstdLibrary.Decompress(compressed, new byte[100]));
    }

    [Fact]
    public void Decompress_HeaderAsksForAHugeWindow_IsRefused()
    {
        // Magic; descriptor 0x00: a window byte follows; 0xa8: exponent 21, so 2^31 bytes; then an empty last block.
        byte[] frame = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 0x01, 0x00, 0x00];
        Assert.Contains(
            "memory", Assert.Throws<ZstdException>(() => ZstdLibrary.Decompress(frame, new byte[1])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(19)]
    public void Command_Zstd_AgreesInBothDirections(int level)
    {
        byte[] bytes = Bytes(2_000_000);
        byte[] theirs = RunZstd(bytes, $"-{level}", "-c");
        byte[] again = new byte[bytes.Length];
        ZstdLibrary.Decompress(theirs, again);

        Assert.Equal(bytes, again);
        Assert.Equal(bytes, RunZstd(ZstdLibrary.Compress(bytes, level), "-d", "-c"));
    }

    private static byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        Random random = new(length);
        for (int i = 0; i < length; i++)
        {
            bytes[i] = (byte)(random.Next(20) == 0 ? random.Next(256) : i / 64);
        }

        return bytes;
    }

    private static byte[] Decompress(byte[] compressed, int inputPiece, int outputPiece, long maxBytes, out bool isComplete)
    {
        using ZstdDecompressor decompressor = new(maxBytes);
        List<byte> bytes = [];
        byte[] buffer = new byte[outputPiece];
        int offset = 0;
        while (true)
        {
            int length = Math.Min(inputPiece, compressed.Length - offset);
            decompressor.Decompress(compressed.AsSpan(offset, length), buffer, out int consumed, out int written);
            offset += consumed;
            bytes.AddRange(buffer.AsSpan(0, written));
            if (consumed == 0 && written == 0)
            {
                isComplete = decompressor.IsAtFrameEnd && offset == compressed.Length;
                return [.. bytes];
            }
        }
    }

    private static byte[] RunZstd(byte[] input, params string[] arguments)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, input);
            ProcessStartInfo start = new("zstd", [.. arguments, "-q", path]) { RedirectStandardOutput = true };
            using Process process = Process.Start(start)!;
            using MemoryStream output = new();
            process.StandardOutput.BaseStream.CopyTo(output);
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
            return output.ToArray();
        }
        finally
        {
            File.Delete(path);
        }
    }
}
