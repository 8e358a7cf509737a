using VirtualRoot.Cli.Output;

namespace VirtualRoot.Cli.Tests.Output;

public sealed class PrintableTextTests
{
    [Theory]
    [InlineData("plain-1.txt", "plain-1.txt")]
    [InlineData("Grüße 日本", "Grüße 日本")]
    [InlineData("back\\slash", "back\\\\slash")]
    [InlineData("\u001b[31mred\n", "\\x1b[31mred\\x0a")]
    [InlineData("\u202egpj.exe", "\\xe2\\x80\\xaegpj.exe")]
    [InlineData("a\u2028b", "a\\xe2\\x80\\xa8b")]
    public void Of_Text_ShowsNothingThatATerminalObeys(string text, string expected) => Assert.Equal(expected, PrintableText.Of(text));

    [Fact]
    public void Of_BytesThatAreNoUtf8_AreEscaped() =>
        Assert.Equal("a\\xff\\xc3b", PrintableText.Of([(byte)'a', 0xff, 0xc3, (byte)'b']));
}
