using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using VirtualRoot.Cli.Commands;
using VirtualRoot.Cli.Settings;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Cli.Tests.Settings;

/// <summary>docs/config.schema.json says what the configuration file may have: no more, and no less, than vroot takes.</summary>
public sealed class ConfigurationSchemaTests
{
    private static readonly string[] s_notInTheFile = ["--help", "--config", "--verbose", "--header"];

    private static readonly JsonObject s_schema = Read("docs/config.schema.json");

    /// <summary>For each key, values that mean something and values that do not, as vroot itself has it.</summary>
    private static readonly Dictionary<string, (string[] Good, string[] Bad)> s_values = new()
    {
        ["cas"] = (["\"grpc://cas:8980\"", "\"embedded\""], ["true", "[]"]),
        ["instance"] = (["\"main\"", "\"\""], ["null"]),
        ["cas-timeout"] = (["\"30s\"", "30"], ["\"soon\"", "true"]),
        ["cache"] = (["\"/srv/cache\""], ["{}"]),
        ["cache-size"] = (["\"10GiB\"", "\"1g\"", "1073741824"], ["\"10X\"", "\"-1\"", "-5"]),
        ["tls-ca"] = (["\"/etc/ca.pem\""], ["false"]),
        ["tls-cert"] = (["\"/etc/cert.pem\""], ["[]"]),
        ["tls-key"] = (["\"/etc/key.pem\""], ["null"]),
        ["headers"] = (["{ \"authorization\": \"Bearer x\" }", "{}"], ["\"authorization=x\"", "{ \"a\": 1 }"]),
        ["log-level"] = (["\"info\"", "\"none\""], ["\"loud\"", "3"]),
        ["log-format"] = (["\"json\"", "\"text\""], ["\"xml\"", "true"]),
        ["output"] = (["\"json\"", "\"text\""], ["\"yaml\"", "1"]),
        ["special"] = (["\"kernel\"", "\"proc=kernel,dev=off\"", "\"synthesized\""], ["\"maybe\"", "\"sys=kernel\"", "\"tmp=off\""]),
        ["special-statfs"] = (["\"on\"", "\"auto\""], ["\"yes\"", "true"]),
        ["serve.listen"] = (["\"127.0.0.1:8980\"", "[\"127.0.0.1:8980\", \"unix:/run/vroot.sock\"]"], ["{}", "[[]]", "null"]),
        ["serve.server-cert"] = (["\"/etc/cert.pem\""], ["{}"]),
        ["serve.server-key"] = (["\"/etc/key.pem\""], ["null"]),
        ["serve.status-listen"] = (["\"127.0.0.1:9980\"", "\"[::1]:0\""], ["\"nowhere\"", "\"9980\"", "{}"]),
        ["serve.build-directory"] = (["\"/srv/build\""], ["{}"]),
        ["serve.slots"] = (["16", "\"16\""], ["0", "\"many\"", "1001", "true", "1.5", "[1, 2]"]),
        ["serve.action-user"] = (["\"1000:1000\"", "1000"], ["\"nobody\"", "-1"]),
        ["serve.network"] = (["\"on\"", "\"off\""], ["true", "\"perhaps\""]),
        ["serve.unknown-properties"] = (["\"refuse\"", "\"ignore\""], ["\"some\""]),
        ["serve.default-timeout"] = (["\"1h\"", "3600"], ["\"soon\"", "-1"]),
        ["serve.max-timeout"] = (["\"24h\""], ["\"60d\""]),
        ["serve.drain-timeout"] = (["\"10m\"", "0"], ["\"later\""]),
        ["serve.set-tmpdir"] = (["true", "false", "\"true\""], ["\"yes\"", "1"]),
        ["serve.inputs"] = (["\"read-only\"", "\"copy-on-write\""], ["\"writable\""]),
        ["serve.scratch"] = (["\"/var/tmp\""], ["{}"]),
        ["serve.quota-bytes"] = (["\"20G\"", "1048576"], ["\"much\"", "-1"]),
        ["serve.quota-inodes"] = (["100000", "\"100000\""], ["\"1k\"", "-1", "1.5"]),
        ["serve.cpus"] = (["2", "0.5", "\"0.5\""], ["0", "\"two\"", "10000"]),
        ["serve.memory"] = (["\"4G\"", "1073741824"], ["\"all\"", "-1"]),
        ["serve.quota-log-bytes"] = (["\"256M\"", "1048576"], ["\"much\"", "-1"]),
        ["serve.rlimit"] = (["\"core=0\"", "[\"nofile=1024:4096\", \"stack=unlimited\"]"], ["\"core\"", "\"core=1:2:3\"", "\"files=1\"", "[\"nofile=many\"]", "0"]),
        ["serve.cgroup"] = (["\"auto\"", "\"off\"", "\"/sys/fs/cgroup/vroot\""], ["\"vroot\"", "true"]),
        ["serve.pids"] = (["1000", "\"1000\""], ["0", "\"many\"", "1.5"]),
        ["serve.machine"] = (["\"live\"", "\"hermetic\""], ["\"other\""]),
    };

    [Fact]
    public void Keys_OfTheSchema_AreThoseOfTheFile()
    {
        Assert.Equal(
            SettingNames.Single.Append(SettingNames.Headers).Append(SettingNames.Serve).Append(SettingNames.Schema).Order(),
            Keys(s_schema));
        Assert.Equal(SettingNames.OfServe.Order(), Keys(s_schema["properties"]!["serve"]!.AsObject()));
        Assert.All([s_schema, s_schema["properties"]!["serve"]!], level => Assert.False(level["additionalProperties"]!.GetValue<bool>()));
    }

    [Fact]
    public void Options_OfServe_AreAllSettableByTheFile()
    {
        IEnumerable<string> known = SettingNames.Single.Concat(SettingNames.OfServe).Select(static name => "--" + name).Concat(s_notInTheFile);
        string[] options = [.. ServeOptions().Select(static option => option.Name)];

        Assert.Empty(options.Except(known)); // a new option: SettingNames.OfServe, docs/config.schema.json, and docs/cli.md
        Assert.Empty(SettingNames.OfServe.Select(static name => "--" + name).Except(options));
        Assert.Empty(s_values.Keys.Select(static key => key.Split('.')[^1]).Select(static name => name == "headers" ? "--header" : "--" + name).Except(options));
    }

    [Fact]
    public void EachKey_HasValuesToBeJudged() => Assert.Equal(
        SettingNames.Single.Append(SettingNames.Headers).Concat(SettingNames.OfServe.Select(static name => "serve." + name)).Order(),
        s_values.Keys.Order());

    [NeedsModuleFact("jsonschema", "python3-jsonschema")]
    public void Values_ThatMeanSomething_AreValid_AndOthersAreNot()
    {
        (string Key, string Value, bool IsGood)[] cases =
        [
            .. s_values.SelectMany(pair => pair.Value.Good.Select(value => (pair.Key, value, true)).Concat(pair.Value.Bad.Select(value => (pair.Key, value, false)))),
        ];
        string[] verdicts = Judge([.. cases.Select(static item => Document(item.Key, item.Value))]);

        Assert.Equal(
            cases.Select(static item => $"{item.Key} {item.Value}: {(item.IsGood ? "valid" : "invalid")}"),
            cases.Zip(verdicts, static (item, verdict) => $"{item.Key} {item.Value}: {verdict.Split(':')[0]}"));
    }

    [NeedsFuseFact]
    public void BadValues_AreRefusedByVroot_AndTheKeyIsNamed()
    {
        using TestDirectory directory = new();
        string tool = PublishedTool.Find(directory);
        foreach ((string key, string value) in s_values.SelectMany(static pair => pair.Value.Bad.Select(value => (pair.Key, value))))
        {
            if (FaultOf(Document(key, value)) is { } fault)
            {
                Assert.Equal(ExitCode.Usage, fault.ExitCode);
                Assert.Contains(key.Split('.')[^1], fault.Message, StringComparison.Ordinal);
                continue;
            }

            // It can be read, and no setting of all commands is wrong: it is for the command to refuse.
            string file = directory.Write("config.json", Document(key, value));
            ProcessCommand serve = new(tool, ["serve", "--config", file, "--listen", "127.0.0.1:0", "--cache", directory["cache"]]);
            ProcessOutcome outcome = ChildProcess.Run(serve, TimeSpan.FromSeconds(90));

            Assert.True(outcome.ExitCode == ExitCode.Usage, $"{key} {value}: {outcome}");
            Assert.Contains(key.Split('.')[^1], outcome.Error, StringComparison.Ordinal);
        }

        Assert.Empty(MountTable.Below(directory.Path));
    }

    [NeedsModuleFact("jsonschema", "python3-jsonschema")]
    public void UnknownKeys_AreInvalid_AndRefusedByVroot()
    {
        string[] documents = ["""{ "chace": "/c" }""", """{ "serve": { "slot": 1 } }""", """{ "slots": 1 }""", """{ "serve": { "cas": "embedded" } }""", """{ "serve": [] }""", "[]"];

        Assert.All(Judge(documents), static verdict => Assert.StartsWith("invalid", verdict, StringComparison.Ordinal));
        Assert.All(documents, static document => Assert.Equal(
            ExitCode.Usage, Assert.Throws<CliException>(() => ConfigurationFile.Parse("/config.json", Encoding.UTF8.GetBytes(document))).ExitCode));
    }

    [NeedsModuleFact("jsonschema", "python3-jsonschema")]
    public void Example_IsValid_AndReadByVroot()
    {
        string example = File.ReadAllText(Path.Combine(PublishedTool.Checkout(), "docs/examples/config.json"));

        Assert.Equal(["valid"], Judge([example]));
        Assert.Equal("127.0.0.1:9980", ConfigurationFile.Parse("/config.json", Encoding.UTF8.GetBytes(example)).Find("serve", "status-listen")!.Single().Text);
    }

    [Fact]
    public void GoodValues_OfServe_AreReadAsTheyStand()
    {
        foreach ((string key, (string[] good, _)) in s_values.Where(static pair => pair.Key.StartsWith("serve.", StringComparison.Ordinal)))
        {
            Assert.All(good, value => Assert.NotEmpty(ConfigurationFile.Parse("/c", Encoding.UTF8.GetBytes(Document(key, value))).Find("serve", key["serve.".Length..])!));
        }
    }

    private static CliException? FaultOf(string document)
    {
        try
        {
            SettingSources sources = new()
            {
                Option = static _ => null,
                Variable = static _ => null,
                File = ConfigurationFile.Parse("/config.json", Encoding.UTF8.GetBytes(document)),
            };
            sources.Resolve(isRoot: true);
            return null;
        }
        catch (CliException fault)
        {
            return fault;
        }
    }

    private static IEnumerable<Option> ServeOptions() => VRootCommandLine.Create().Subcommands.Single(static command => command.Name == "serve").Options;

    private static string Document(string key, string value) =>
        key.StartsWith("serve.", StringComparison.Ordinal) ? $$"""{ "serve": { "{{key["serve.".Length..]}}": {{value}} } }""" : $$"""{ "{{key}}": {{value}} }""";

    private static IEnumerable<string> Keys(JsonObject schema) => schema["properties"]!.AsObject().Select(static property => property.Key).Order();

    private static JsonObject Read(string path) => JsonNode.Parse(File.ReadAllText(Path.Combine(PublishedTool.Checkout(), path)))!.AsObject();

    private static string[] Judge(string[] documents)
    {
        JsonObject task = new()
        {
            ["schema"] = s_schema.DeepClone(),
            ["documents"] = new JsonArray([.. documents.Select(static document => JsonNode.Parse(document))]),
        };
        ProcessCommand judge = new("/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, "Settings", "validate_config.py")])
        {
            Input = JsonSerializer.SerializeToUtf8Bytes(task),
        };
        string[] verdicts = ChildProcess.Run(judge, TimeSpan.FromMinutes(2)).Expect().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(documents.Length, verdicts.Length);
        return verdicts;
    }
}
