using VirtualRoot.Cli.Settings;

namespace VirtualRoot.Cli.Tests.Settings;

public sealed class DurationTests
{
    [Theory]
    [InlineData("30", 30_000)]
    [InlineData("30s", 30_000)]
    [InlineData("500ms", 500)]
    [InlineData("5m", 300_000)]
    [InlineData("1h", 3_600_000)]
    public void TryParse_Time_IsIt(string text, long milliseconds)
    {
        Assert.True(Duration.TryParse(text, out TimeSpan duration));
        Assert.Equal(milliseconds, duration.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("1.5s")]
    [InlineData("1d")]
    [InlineData("9223372036854775807h")]
    [InlineData("9000h")]
    public void TryParse_NoTime_IsFalse(string text) => Assert.False(Duration.TryParse(text, out _));
}
