using System.Text.Json;
using VirtualRoot.Acceptance.Tests.Support;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Acceptance.Tests.Outputs;

/// <summary>Each row of what an ActionResult tells, read back by python3-grpcio.</summary>
[Collection(MountingCollection.Name)]
public sealed class OutputRowTests(Machine machine, OutputRoot root) : IClassFixture<OutputRoot>
{
    private static readonly JsonSerializerOptions s_plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const string MakeTree = """
        mkdir -p out/sub/deep out/dup1 out/dup2 out/void
        echo text >out/file; echo same >out/dup1/f; echo same >out/dup2/f; : >out/none
        echo run >out/tool; chmod 711 out/tool
        ln -s /absolute/nowhere out/abs; ln -s ../file out/sub/rel; ln -s gone out/dangling

        """;

    private const string TreeEntries = """{"file":"text\n","none":"","tool":"*run\n","abs":"-> /absolute/nowhere","dangling":"-> gone","dup1/":"","dup1/f":"same\n","dup2/":"","dup2/f":"same\n","sub/":"","sub/rel":"-> ../file","sub/deep/":"","void/":""}""";

    [NeedsFuseTheory(BuildStreamCas.Module), BothPrivileges]
    public void OutputPaths_OfEveryKind_AreWhatTheActionLeft(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        OutputRun run = new(user, root.In(machine));
        const string Script = MakeTree + """
            echo single >made/for/it/single; chmod +x made/for/it/single; ln -s single made/for/it/link; ln -s /nowhere lost; ln -s out todir
            echo said; echo complained >&2; exit 3
            """;

        ProcessOutcome outcome = run.Script(
            Script, "--workdir", "/work", "--capture-output", "--output", "out", "--output", "made/for/it/single", "--output", "made/for/it/link",
            "--output", "lost", "--output", "todir", "--output", "missing", "--output", "no/such/parent/either", "--output", "../src/small").Expect(3);

        Assert.Equal(("said\n", "complained\n"), (outcome.Output, outcome.Error));
        JsonElement told = run.Read();
        Assert.Equal(3, told.GetProperty("exit_code").GetInt32());
        Assert.Equal("said\n", told.GetProperty("stdout").GetProperty("raw").GetString());
        Assert.Equal("complained\n", told.GetProperty("stderr").GetProperty("raw").GetString());
        Assert.Equal("""{"made/for/it/single":"*single\n","../src/small":"a small input\n"}""", Flat(told.GetProperty("files")));
        Assert.Equal("""{"made/for/it/link":"-> single","lost":"-> /nowhere","todir":"-> out"}""", Flat(told.GetProperty("symlinks")));
        JsonElement output = Assert.Single(told.GetProperty("directories").EnumerateObject()).Value;
        Assert.True(output.GetProperty("sorted").GetBoolean());
        Assert.False(output.TryGetProperty("root", out _));
        Assert.Equal(Sorted(TreeEntries), Flat(output.GetProperty("tree").GetProperty("entries")));
        Assert.Equal(4, output.GetProperty("tree").GetProperty("directories").GetInt32()); // out, dup1 which is dup2, sub, deep which is void
        user.AssertNothingLeft();
    }

    [NeedsFuseTheory(BuildStreamCas.Module)]
    [InlineData("tree")]
    [InlineData("directory")]
    [InlineData("both")]
    public void OutputDirectoryFormat_IsWhatIsAskedFor(string format)
    {
        using VRootUser user = new(machine, Privilege.Root);
        OutputRun run = new(user, root.In(machine));
        run.Script(MakeTree, "--workdir", "/work", "--output", "out/", "--output-directory-format", format).Expect();

        JsonElement output = run.Read().GetProperty("directories").GetProperty("out");

        Assert.Equal(format != "directory", output.TryGetProperty("tree", out JsonElement tree));
        Assert.Equal(format != "directory", output.GetProperty("sorted").GetBoolean());
        Assert.Equal(format != "tree", output.TryGetProperty("root", out JsonElement rootDigest));
        if (format == "both")
        {
            Assert.Equal(tree.GetProperty("root").GetString(), rootDigest.GetString());
        }

        if (format != "tree")
        {
            Assert.Equal(Sorted(TreeEntries), Flat(output.GetProperty("entries")));
            Assert.Contains("dup1", user.Invoke("ls", rootDigest.GetString()!).Expect().Output, StringComparison.Ordinal);
        }
    }

    [NeedsFuseFact(BuildStreamCas.Module)]
    public void OlderFields_HaveTheirOwnLinksAndRefuseTheWrongKind()
    {
        using VRootUser user = new(machine, Privilege.Root);
        OutputRun run = new(user, root.In(machine));
        string[] asked = ["--workdir", "/work", "--output-file", "a/file", "--output-file", "a/link", "--output-file", "missing", "--output-directory", "b/dir", "--output-directory", "b/link"];
        run.Script("set -e; echo x >a/file; ln -s file a/link; echo y >b/dir/in; rmdir b/link; ln -s dir b/link", asked).Expect();

        JsonElement told = run.Read();
        Assert.Equal("""{"a/file":"x\n"}""", Flat(told.GetProperty("files")));
        Assert.Equal("""{"a/link":"-> file"}""", Flat(told.GetProperty("file_symlinks")));
        Assert.Equal("""{"b/link":"-> dir"}""", Flat(told.GetProperty("directory_symlinks")));
        Assert.Equal("{}", Flat(told.GetProperty("symlinks")));
        Assert.Equal("""{"in":"y\n"}""", Flat(told.GetProperty("directories").GetProperty("b/dir").GetProperty("tree").GetProperty("entries")));

        File.Delete(run.ResultFile);
        ProcessOutcome refused = run.Script("mkdir a/file", asked).Expect(125);
        Assert.Contains("output 'a/file' is no regular file", Assert.Single(refused.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.False(File.Exists(run.ResultFile));
    }

    [NeedsFuseTheory(BuildStreamCas.Module), BothPrivileges]
    public void RootItself_IsARootForTheNextRun(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        OutputRun run = new(user, root.In(machine));
        run.Script("true", "--output", ".", "--output-directory-format", "directory").Expect();
        Assert.Equal(root.In(machine).Digest, run.Read().GetProperty("directories").GetProperty("").GetProperty("root").GetString());

        run.Script("echo made >/src/new; rm /src/small; mv /src/dir /moved", "--output", ".", "--output-directory-format", "both").Expect();
        JsonElement whole = run.Read().GetProperty("directories").GetProperty("");
        string digest = whole.GetProperty("root").GetString()!;
        Assert.False(whole.GetProperty("entries").TryGetProperty("tmp/", out _));
        Assert.False(whole.GetProperty("entries").TryGetProperty("proc/", out _));
        Assert.Equal(digest, whole.GetProperty("tree").GetProperty("root").GetString());
        ProcessOutcome next = user.Run(root.In(machine) with { Digest = digest }, "/bin/sh", "-c", "/bin/busybox cat /src/new /moved/link; test ! -e /src/small && test ! -e /src/dir");
        Assert.Equal("made\n2\n", next.Expect().Output);
    }

    [NeedsFuseFact(BuildStreamCas.Module)]
    public void NodeProperties_AreToldOnRequest()
    {
        using VRootUser user = new(machine, Privilege.User);
        OutputRun run = new(user, root.In(machine));
        const string Script = "mkdir out; echo x >out/f; chmod 4741 out/f; touch -d @1234567890 out/f; echo y >g; chmod 604 g; touch -d @86400 g";
        string[] asked = ["--workdir", "/work", "--output", "out", "--output", "g"];

        run.Script(Script, [.. asked, "--node-property", "mtime", "--node-property", "unix_mode"]).Expect();
        JsonElement told = run.Read();
        JsonElement below = told.GetProperty("directories").GetProperty("out").GetProperty("tree").GetProperty("entries").GetProperty("f");
        Assert.Equal(("1234567890.000000000", "4741", true), (below.GetProperty("mtime").GetString(), below.GetProperty("unix_mode").GetString(), below.GetProperty("executable").GetBoolean()));
        JsonElement file = told.GetProperty("files").GetProperty("g");
        Assert.Equal(("86400.000000000", "604", false), (file.GetProperty("mtime").GetString(), file.GetProperty("unix_mode").GetString(), file.GetProperty("executable").GetBoolean()));

        run.Script(Script, asked).Expect();
        Assert.False(run.Read().GetProperty("files").GetProperty("g").TryGetProperty("mtime", out _));
    }

    [NeedsFuseFact(BuildStreamCas.Module)]
    public void LongOutput_IsShownAndBecomesABlob()
    {
        using VRootUser user = new(machine, Privilege.User);
        OutputRun run = new(user, root.In(machine));
        ProcessOutcome outcome = run.Script("dd if=/src/large bs=100000 count=2 2>/dev/null; echo short >&2", "--capture-output").Expect();

        Assert.Equal(200_000, outcome.OutputBytes.Length);
        JsonElement told = run.Read();
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(outcome.OutputBytes)), told.GetProperty("stdout").GetProperty("blob").GetString());
        Assert.Equal("short\n", told.GetProperty("stderr").GetProperty("raw").GetString());
    }

    [NeedsFuseFact(BuildStreamCas.Module)]
    public void SpecialFile_IsRefusedWithItsPath()
    {
        using VRootUser user = new(machine, Privilege.Root);
        OutputRun run = new(user, root.In(machine));
        ProcessOutcome outcome = run.Script("mkdir -p out/sub; mkfifo out/sub/pipe", "--workdir", "/work", "--output", "out").Expect(125);
        Assert.Contains("'sub/pipe' in output 'out' is a FIFO", Assert.Single(outcome.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.False(File.Exists(run.ResultFile));
        user.AssertNothingLeft();
    }

    [NeedsFuseFact(BuildStreamCas.Module)]
    public void WriterThatDiesWithTheAction_LeavesWhatItWrote()
    {
        using VRootUser user = new(machine, Privilege.User);
        OutputRun run = new(user, root.In(machine));
        ProcessOutcome outcome = run.Script("(exec 3>late; echo written >&3; : >ready; exec sleep 600) & while test ! -e ready; do sleep 0.02; done", "--workdir", "/work", "--output", "late").Expect();
        Assert.Equal("""{"late":"written\n"}""", Flat(run.Read().GetProperty("files")));
        Assert.Empty(outcome.Error);
    }

    [NeedsFuseFact(BuildStreamCas.Module)]
    public void WrittenFiles_AreHashedWhenTheyAreClosed()
    {
        using VRootUser user = new(machine, Privilege.Root);
        OutputRun run = new(user, root.In(machine));
        run.Script("mkdir out; for i in 1 2 3 4; do dd if=/src/large of=out/$i bs=1048576 2>/dev/null; echo $i >>out/$i; done; echo x >aside; sleep 3", "--workdir", "/work", "--output", "out").Expect();
        JsonElement outputs = run.Statistics().GetProperty("outputs");
        Assert.Equal(0, outputs.GetProperty("hashedFiles").GetInt64());
        Assert.InRange(outputs.GetProperty("hashedEarlier").GetInt64(), 4, 24);
        Assert.Equal(4, run.Read().GetProperty("directories").GetProperty("out").GetProperty("tree").GetProperty("entries").EnumerateObject().Count());
    }

    /// <summary>Files as their contents, with a star where they are executable; links as arrows; directories as nothing.</summary>
    private static string Flat(JsonElement entries) => JsonSerializer.Serialize(
        entries.EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value switch
        {
            var link when link.TryGetProperty("target", out JsonElement target) => "-> " + target.GetString(),
            var file when file.TryGetProperty("content", out JsonElement content) => (file.GetProperty("executable").GetBoolean() ? "*" : "") + content.GetString(),
            var other => other.TryGetProperty("sha256", out JsonElement hash) ? hash.GetString()! : "",
        }).OrderBy(entry => entries.EnumerateObject().Count() > 5 ? entry.Key : "", StringComparer.Ordinal).ToDictionary(),
        s_plain);

    private static string Sorted(string entries) => JsonSerializer.Serialize(
        JsonSerializer.Deserialize<Dictionary<string, string>>(entries)!.OrderBy(entry => entry.Key, StringComparer.Ordinal).ToDictionary(), s_plain);
}
