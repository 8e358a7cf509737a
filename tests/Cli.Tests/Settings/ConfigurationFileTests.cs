using System.Text;
using VirtualRoot.Cli.Settings;

namespace VirtualRoot.Cli.Tests.Settings;

public sealed class ConfigurationFileTests
{
    [Fact]
    public void Parse_UnknownKeys_AreAllNamed()
    {
        CliException fault = Fault("""{ "cass": "x", "cas": "y", "cacheSize": 1 }""");
        Assert.Contains("\"cass\", \"cacheSize\"", fault.Message, StringComparison.Ordinal);
        Assert.Contains("cache-size", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{ "cas": ["x"] }""")]
    [InlineData("""{ "cas": null }""")]
    [InlineData("""{ "headers": "x=y" }""")]
    [InlineData("""{ "headers": { "x": 1 } }""")]
    public void Parse_NotWhatItShouldBe_IsUsageAndNamesTheFile(string json)
    {
        CliException fault = Fault(json);
        Assert.Contains("/c.json", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_SizeAsNumber_IsAValue() =>
        Assert.Equal("1048576", ConfigurationFile.Parse("/c.json", """{ "cache-size": 1048576 }"""u8.ToArray()).Find("cache-size")?.Text);

    [Fact]
    public void Read_MissingFile_IsAFaultOnlyIfNamed()
    {
        Assert.Null(ConfigurationFile.Read("/nonexistent/config.json", mayBeMissing: true));
        Assert.Throws<CliException>(() => ConfigurationFile.Read("/nonexistent/config.json", mayBeMissing: false));
    }

    private static CliException Fault(string json)
    {
        CliException fault = Assert.Throws<CliException>(() => ConfigurationFile.Parse("/c.json", Encoding.UTF8.GetBytes(json)));
        Assert.Equal(ExitCode.Usage, fault.ExitCode);
        return fault;
    }
}
