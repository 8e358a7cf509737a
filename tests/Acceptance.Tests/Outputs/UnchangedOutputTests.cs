using System.Text.Json;
using VirtualRoot.Acceptance.Tests.Support;
using VirtualRoot.Testing;

namespace VirtualRoot.Acceptance.Tests.Outputs;

/// <summary>Inputs that became outputs: not one byte of them is fetched, read, hashed or sent; and many outputs at once.</summary>
[Collection(MountingCollection.Name)]
public sealed class UnchangedOutputTests(Machine machine, OutputRoot root) : IClassFixture<OutputRoot>
{
    [NeedsFuseTheory(BuildStreamCas.Module), BothPrivileges("large", "ln large linked && mv large moved", "mv /src/dir /src/large .", "/usr/bin/cp large copy && mv copy moved")]
    public void Inputs_AsOutputs_AreKnownByTheirDigests(Privilege privilege, string script)
    {
        using VRootUser user = new(machine, privilege);
        OutputRun run = new(user, root.In(machine));
        string directory = script.Contains("/src/", StringComparison.Ordinal) ? "/work" : "/src";
        string[] outputs = ["large", "linked", "moved", "copy", "dir", "small"];
        string[] asked = [.. outputs.SelectMany(output => (string[])["--output", output])];

        run.Script(script == "large" ? ":" : script, ["--workdir", directory, .. asked]).Expect();

        JsonElement statistics = run.Statistics();
        JsonElement captured = statistics.GetProperty("outputs");
        Assert.True(captured.GetProperty("knownFiles").GetInt64() >= 1);
        Assert.Equal((0L, 0L, 0L), (captured.GetProperty("hashedFiles").GetInt64(), captured.GetProperty("hashedBytes").GetInt64(), captured.GetProperty("hashedEarlier").GetInt64()));
        Assert.Equal((0L, 0L), (captured.GetProperty("blobsFetched").GetInt64(), captured.GetProperty("blobsOpened").GetInt64()));
        Assert.InRange(captured.GetProperty("bytesSent").GetInt64(), 0, 2000); // a Tree
        JsonElement told = run.Read();
        string hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(root.In(machine).Tree.Host("/src/large"))));
        Assert.Contains(told.GetProperty("files").EnumerateObject(), file => file.Value.TryGetProperty("sha256", out JsonElement found) && found.GetString() == hash);
    }

    [NeedsFuseTheory(BuildStreamCas.Module), BothPrivileges]
    public void TenThousandOutputs_AreAllThere(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        OutputRun run = new(user, root.In(machine));
        string script = $"mkdir out; i=0; while test $i -lt 10000; do echo {privilege} $i >out/$i; i=$((i+1)); done";
        run.Script(script, "--workdir", "/work", "--output", "out").Expect();

        JsonElement entries = run.Read().GetProperty("directories").GetProperty("out").GetProperty("tree").GetProperty("entries");
        Assert.Equal(10_000, entries.EnumerateObject().Count());
        Assert.All((int[])[0, 1234, 9999], number => Assert.Equal($"{privilege} {number}\n", entries.GetProperty($"{number}").GetProperty("content").GetString()));
        JsonElement captured = run.Statistics().GetProperty("outputs");
        Assert.Equal(10_001, captured.GetProperty("blobsSent").GetInt64());

        run.Script(script, "--workdir", "/work", "--output", "out").Expect();
        Assert.Equal(0, run.Statistics().GetProperty("outputs").GetProperty("blobsSent").GetInt64());
    }
}
