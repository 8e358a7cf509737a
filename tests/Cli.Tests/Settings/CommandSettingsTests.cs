using System.CommandLine;
using System.Text;
using VirtualRoot.Cli.Commands;
using VirtualRoot.Cli.Settings;

namespace VirtualRoot.Cli.Tests.Settings;

/// <summary>Options of <c>vroot serve</c>: the command line before the environment before the file, for each of them.</summary>
public sealed class CommandSettingsTests
{
    private static readonly Command s_serve = VRootCommandLine.Create().Subcommands.Single(static command => command.Name == "serve");

    public static TheoryData<string> SingleValues => [.. SettingNames.OfServe.Where(static name => s_serve.Options.Single(option => option.Name == "--" + name) is Option<string>)];

    [Theory, MemberData(nameof(SingleValues))]
    public void Find_OptionEnvironmentAndFile_TheStrongestWinsAndIsNamed(string name)
    {
        var option = (Option<string>)s_serve.Options.Single(option => option.Name == "--" + name);
        string variable = "VROOT_SERVE_" + name.ToUpperInvariant().Replace('-', '_');
        string file = $$"""{ "serve": { "{{name}}": "of-file" } }""";

        Assert.Null(Settings([], [], null).Find(option));
        Assert.Equal(new SettingValue("of-file", $"\"serve.{name}\" in /config.json"), Settings([], [], file).Find(option));
        Assert.Equal(new SettingValue("of-variable", variable), Settings([], new() { [variable] = "of-variable" }, file).Find(option));
        Assert.Equal(new SettingValue("of-file", $"\"serve.{name}\" in /config.json"), Settings([], new() { [variable] = "" }, file).Find(option));
        Assert.Equal(new SettingValue("of-line", "--" + name), Settings(["--" + name, "of-line"], new() { [variable] = "of-variable" }, file).Find(option));
    }

    [Fact]
    public void FindAll_AddressesOfEachSource_AreThoseOfTheStrongest()
    {
        var listen = (Option<string[]>)s_serve.Options.Single(static option => option.Name == "--listen");
        const string File = """{ "serve": { "listen": ["a:1", "b:2"] } }""";

        Assert.Empty(Settings([], [], null).FindAll(listen));
        Assert.Equal(["a:1", "b:2"], Texts(Settings([], [], File)));
        Assert.Equal(["c:3"], Texts(Settings([], [], """{ "serve": { "listen": "c:3" } }""")));
        Assert.Equal(["d:4", "unix:/e"], Texts(Settings([], new() { ["VROOT_SERVE_LISTEN"] = "d:4, unix:/e" }, File)));
        Assert.Equal(["f:5", "g:6"], Texts(Settings(["--listen", "f:5", "--listen", "g:6"], new() { ["VROOT_SERVE_LISTEN"] = "d:4" }, File)));

        IEnumerable<string> Texts(CommandSettings settings) => settings.FindAll(listen).Select(static value => value.Text);
    }

    [Fact]
    public void IsSet_FlagEnvironmentAndFile_TheStrongestWins()
    {
        var flag = (Option<bool>)s_serve.Options.Single(static option => option.Name == "--set-tmpdir");
        const string File = """{ "serve": { "set-tmpdir": true } }""";

        Assert.False(Settings([], [], null).IsSet(flag));
        Assert.True(Settings([], [], File).IsSet(flag));
        Assert.False(Settings([], new() { ["VROOT_SERVE_SET_TMPDIR"] = "false" }, File).IsSet(flag));
        Assert.True(Settings(["--set-tmpdir"], new() { ["VROOT_SERVE_SET_TMPDIR"] = "false" }, null).IsSet(flag));
        CliException fault = Assert.Throws<CliException>(() => Settings([], new() { ["VROOT_SERVE_SET_TMPDIR"] = "yes" }, null).IsSet(flag));
        Assert.StartsWith("VROOT_SERVE_SET_TMPDIR: 'yes'", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_ListWhereOneValueBelongs_IsUsageAndNamesTheKey()
    {
        var slots = (Option<string>)s_serve.Options.Single(static option => option.Name == "--slots");
        CliException fault = Assert.Throws<CliException>(() => Settings([], [], """{ "serve": { "slots": [1, 2] } }""").Find(slots));

        Assert.Equal(ExitCode.Usage, fault.ExitCode);
        Assert.StartsWith("\"serve.slots\" in /config.json", fault.Message, StringComparison.Ordinal);
    }

    private static CommandSettings Settings(string[] options, Dictionary<string, string> variables, string? file) => new(
        s_serve.Parse(options),
        new SettingSources
        {
            Option = static _ => null,
            Variable = variables.GetValueOrDefault,
            File = file is null ? null : ConfigurationFile.Parse("/config.json", Encoding.UTF8.GetBytes(file)),
        },
        SettingNames.Serve);
}
