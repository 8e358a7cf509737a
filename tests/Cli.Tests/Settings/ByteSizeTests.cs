using VirtualRoot.Cli.Settings;

namespace VirtualRoot.Cli.Tests.Settings;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("1048576", 1048576)]
    [InlineData("512M", 512L << 20)]
    [InlineData("10G", 10L << 30)]
    [InlineData("10g", 10L << 30)]
    [InlineData("10GiB", 10L << 30)]
    [InlineData("10GB", 10L << 30)]
    [InlineData("2T", 2L << 40)]
    [InlineData("7B", 7)]
    public void TryParse_Size_IsInPowersOf1024(string text, long expected)
    {
        Assert.True(ByteSize.TryParse(text, out long bytes));
        Assert.Equal(expected, bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("G")]
    [InlineData("-1G")]
    [InlineData("1.5G")]
    [InlineData("1X")]
    [InlineData("10iB")]
    [InlineData("9223372036854775808")]
    [InlineData("9999999999T")]
    [InlineData("0x10")]
    public void TryParse_NoSize_IsFalse(string text) => Assert.False(ByteSize.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1024, "1.00 KiB")]
    [InlineData(1980000, "1.89 MiB")]
    [InlineData(82463372083L, "76.8 GiB")]
    [InlineData(long.MaxValue, "8388608 TiB")]
    public void Format_Bytes_HasThreeDigits(long bytes, string expected) => Assert.Equal(expected, ByteSize.Format(bytes));
}
