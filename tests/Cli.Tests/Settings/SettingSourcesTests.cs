using System.Text;
using Microsoft.Extensions.Logging;
using VirtualRoot.Cli.Settings;

namespace VirtualRoot.Cli.Tests.Settings;

public sealed class SettingSourcesTests
{
    private const string File = """
        {
          // A comment, and a comma too many, as people write them.
          "cas": "grpc://file:1",
          "instance": "file",
          "cache": "/file",
          "cache-size": "3G",
          "log-level": "error",
          "headers": { "authorization": "file", "x-file": "f" },
        }
        """;

    [Fact]
    public void Resolve_OptionEnvironmentAndFile_TheStrongestWins()
    {
        CommonSettings settings = Resolve(
            options: new() { ["cas"] = "grpc://option:1" },
            variables: new() { ["VROOT_CAS"] = "grpc://variable:1", ["VROOT_INSTANCE"] = "variable" },
            file: File);
        Assert.Equal("grpc://option:1", settings.Cas);
        Assert.Equal("variable", settings.Instance);
        Assert.Equal("/file", settings.CacheDirectory);
        Assert.Equal(3L << 30, settings.CacheSize);
        Assert.Equal(LogLevel.Error, settings.LogLevel);
    }

    [Fact]
    public void Resolve_EmptyVariable_IsAsGoodAsNone() =>
        Assert.Equal("grpc://file:1", Resolve(variables: new() { ["VROOT_CAS"] = "" }, file: File).Cas);

    [Theory]
    [InlineData("")]
    [InlineData("embedded")]
    public void Resolve_EmbeddedAsOption_OverridesAnAddress(string value) =>
        Assert.Null(Resolve(options: new() { ["cas"] = value }, file: File).Cas);

    [Fact]
    public void Resolve_Headers_UniteByNameAndStrength()
    {
        CommonSettings settings = Resolve(
            headers: ["X-Option=o", "x-both=option"],
            variables: new() { ["VROOT_HEADERS"] = "authorization=Bearer a=b\nx-both=variable\n" },
            file: File);
        Assert.Equal(
            ["x-option=o", "x-both=option", "authorization=Bearer a=b", "x-file=f"],
            settings.Headers.Select(header => $"{header.Key}={header.Value}"));
        Assert.DoesNotContain("Bearer", settings.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Resolve_HeaderWithoutValue_IsNotShown()
    {
        CliException fault = Assert.Throws<CliException>(() => Resolve(headers: ["s3cret"]));
        Assert.Equal(ExitCode.Usage, fault.ExitCode);
        Assert.DoesNotContain("s3cret", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cache-size", "1X")]
    [InlineData("cache-size", "10")]
    [InlineData("log-level", "loud")]
    [InlineData("output", "yaml")]
    public void Resolve_ValueWithoutMeaning_NamesItsOriginAndIsUsage(string name, string value)
    {
        string variable = SettingNames.VariableOf(name);
        CliException ofOption = Assert.Throws<CliException>(() => Resolve(options: new() { [name] = value }));
        CliException ofVariable = Assert.Throws<CliException>(() => Resolve(variables: new() { ["HOME"] = "/home/me", [variable] = value }));
        CliException ofFile = Assert.Throws<CliException>(() => Resolve(file: $$"""{ "{{name}}": "{{value}}" }"""));
        Assert.StartsWith($"--{name}: '{value}'", ofOption.Message, StringComparison.Ordinal);
        Assert.StartsWith($"{variable}: '{value}'", ofVariable.Message, StringComparison.Ordinal);
        Assert.StartsWith($"\"{name}\" in /config.json: '{value}'", ofFile.Message, StringComparison.Ordinal);
        Assert.All([ofOption, ofVariable, ofFile], fault => Assert.Equal(ExitCode.Usage, fault.ExitCode));
    }

    [Fact]
    public void Resolve_NoCacheNamed_IsBelowXdgThenHomeThenVar()
    {
        Assert.Equal("/xdg/vroot", Resolve(variables: new() { ["XDG_CACHE_HOME"] = "/xdg", ["HOME"] = "/home/me" }).CacheDirectory);
        Assert.Equal("/home/me/.cache/vroot", Resolve(variables: new() { ["XDG_CACHE_HOME"] = "relative", ["HOME"] = "/home/me" }).CacheDirectory);
        Assert.Equal("/var/cache/vroot", Resolve(variables: [], isRoot: true).CacheDirectory);
        CliException fault = Assert.Throws<CliException>(() => Resolve(variables: []));
        Assert.Contains("--cache", fault.Message, StringComparison.Ordinal);
    }

    private static CommonSettings Resolve(
        Dictionary<string, string>? options = null, Dictionary<string, string>? variables = null, string? file = null, string[]? headers = null, bool isRoot = false)
    {
        variables ??= new() { ["HOME"] = "/home/me" };
        return new SettingSources
        {
            Option = name => options?.GetValueOrDefault(name),
            HeaderOptions = headers ?? [],
            Variable = name => variables.GetValueOrDefault(name),
            File = file is null ? null : ConfigurationFile.Parse("/config.json", Encoding.UTF8.GetBytes(file)),
        }.Resolve(isRoot);
    }
}
