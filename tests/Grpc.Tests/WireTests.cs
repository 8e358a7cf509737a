using VirtualRoot.Grpc.Wire;

namespace VirtualRoot.Grpc.Tests;

public sealed class WireTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("plain text ~", "plain text ~")]
    [InlineData("100%", "100%25")]
    [InlineData("a\nb", "a%0Ab")]
    [InlineData("ü€", "%C3%BC%E2%82%AC")]
    [InlineData("\u007f", "%7F")]
    public void PercentEncoding_RoundTrip_IsTheSame(string message, string wire)
    {
        Assert.Equal(wire, PercentEncoding.Encode(message));
        Assert.Equal(message, PercentEncoding.Decode(wire));
    }

    [Theory]
    [InlineData("%", "%")]
    [InlineData("%4", "%4")]
    [InlineData("%zz%41", "%zzA")]
    [InlineData("%c3%bc", "ü")]
    [InlineData("%FF", "\ufffd")]
    public void PercentEncoding_DecodeOfWrongEscapes_KeepsThem(string wire, string message) =>
        Assert.Equal(message, PercentEncoding.Decode(wire));

    [Theory]
    [InlineData(0, "0u")]
    [InlineData(1, "1u")]
    [InlineData(10_000, "1000u")]
    [InlineData(10_001, "1001u")]
    [InlineData(999_999_990, "99999999u")]
    [InlineData(999_999_991, "100000m")]
    public void Timeout_Format_FinestUnitOfEightDigitsRoundedUp(long ticks, string expected) =>
        Assert.Equal(expected, GrpcTimeout.Format(new TimeSpan(ticks)));

    [Fact]
    public void Timeout_FormatOfTheLongest_FitsTheGrammar()
    {
        Assert.True(GrpcTimeout.TryParse(GrpcTimeout.Format(TimeSpan.MaxValue), out TimeSpan timeout));
        Assert.True(timeout > TimeSpan.FromDays(10000));
    }

    [Theory]
    [InlineData("1H", 36_000_000_000)]
    [InlineData("1M", 600_000_000)]
    [InlineData("1S", 10_000_000)]
    [InlineData("1m", 10_000)]
    [InlineData("1u", 10)]
    [InlineData("1n", 1)]
    [InlineData("99999999u", 999_999_990)]
    public void Timeout_Parse_EachUnit(string value, long ticks)
    {
        Assert.True(GrpcTimeout.TryParse(value, out TimeSpan timeout));
        Assert.Equal(ticks, timeout.Ticks);
    }

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("1")]
    [InlineData("1s")]
    [InlineData("-1S")]
    [InlineData("+1S")]
    [InlineData(" 1S")]
    [InlineData("1 S")]
    [InlineData("123456789S")]
    public void Timeout_ParseOfMalformed_False(string value) => Assert.False(GrpcTimeout.TryParse(value, out _));

    [Fact]
    public void Timeout_ParseOfTheLongest_DoesNotOverflow()
    {
        Assert.True(GrpcTimeout.TryParse("99999999H", out TimeSpan timeout));
        Assert.True(timeout > TimeSpan.FromDays(10000));
    }

    [Theory]
    [InlineData("grpc://h:1", "grpc://h:1", "http://h:1/")]
    [InlineData("http://h:1/", "grpc://h:1", "http://h:1/")]
    [InlineData("grpcs://h", "grpcs://h:443", "https://h/")]
    [InlineData("https://h:8", "grpcs://h:8", "https://h:8/")]
    [InlineData("grpc://[::1]:5", "grpc://[::1]:5", "http://[::1]:5/")]
    [InlineData("unix:/a/b", "unix:/a/b", "http://localhost/")]
    [InlineData("unix:///a/b", "unix:/a/b", "http://localhost/")]
    public void Address_EachForm_IsUnderstood(string address, string canonical, string uri)
    {
        GrpcAddress parsed = GrpcAddress.Parse(address);
        Assert.Equal(canonical, parsed.ToString());
        Assert.Equal(uri, parsed.BaseUri.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("localhost:8980")]
    [InlineData("ftp://h:1")]
    [InlineData("grpc://")]
    [InlineData("grpc://h:1/path")]
    [InlineData("grpc://h:1?x")]
    [InlineData("grpc://user@h:1")]
    [InlineData("unix:relative")]
    public void Address_OfAnotherForm_IsRefusedWithTheForms(string address)
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => GrpcChannel.ForAddress(address));
        Assert.Contains("unix:/path", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("ümlaut")]
    [InlineData(":path")]
    [InlineData("grpc-status")]
    [InlineData("Content-Type")]
    [InlineData("te")]
    public void Metadata_KeyThatCannotBeAHeader_IsRefused(string key) =>
        Assert.Throws<ArgumentException>(() => new Metadata { { key, "value" } });

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\0")]
    [InlineData("ü")]
    [InlineData(" leading")]
    [InlineData("secret\n")]
    public void Metadata_ValueThatCannotBeAHeader_IsRefusedWithoutShowingIt(string value)
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => new Metadata { { "key", value } });
        Assert.DoesNotContain(value, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Metadata_TextForBinaryKeyAndBytesForTextKey_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => new Metadata { { "key-bin", "text" } });
        Assert.Throws<ArgumentException>(() => new Metadata { { "key", new byte[] { 1 } } });
    }

    [Fact]
    public void Metadata_Lookup_IgnoresCaseAndTakesTheLast()
    {
        var metadata = new Metadata { { "Key", "1" }, { "other", "x" }, { "kEy", "2" } };
        Assert.Equal("2", metadata.GetValue("KEY"));
        Assert.Equal(["1", "2"], metadata.GetAll("key").Select(static entry => entry.Value));
        Assert.Null(metadata.GetValue("none"));
    }

    [Fact]
    public void ChannelOptions_SeveralFaults_AreAllReported()
    {
        var options = new GrpcChannelOptions { MaxReceiveMessageSize = 0, ConnectTimeout = TimeSpan.Zero, Tls = new GrpcTlsOptions { KeyFile = "k" } };
        ArgumentException exception = Assert.Throws<ArgumentException>(options.Validate);
        Assert.Contains("MaxReceiveMessageSize", exception.Message, StringComparison.Ordinal);
        Assert.Contains("ConnectTimeout", exception.Message, StringComparison.Ordinal);
        Assert.Contains("KeyFile", exception.Message, StringComparison.Ordinal);
    }
}
