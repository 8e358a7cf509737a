using VirtualRoot.Acceptance.Tests.Support;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Peers;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Acceptance.Tests.Outputs;

/// <summary>Outputs that are asked for wrongly, and a CAS that goes away while they are sent.</summary>
[Collection(MountingCollection.Name)]
public sealed class OutputFaultTests(Machine machine, OutputRoot root) : IClassFixture<OutputRoot>
{
    [NeedsFuseTheory(BuildStreamCas.Module), BothPrivileges]
    public void UploadThatBreaksOff_IsResumedWhereItWas(Privilege privilege)
    {
        const int Size = 32 << 20;
        using UploadCutter wire = new(machine.Cas, 4 << 20, 24 << 20);
        using VRootUser user = new(machine, privilege) { Cas = wire.Address };
        OutputRun run = new(user, root.In(machine));

        run.Script($"dd if=/dev/urandom of=big bs=1048576 count={Size >> 20} 2>/dev/null; /bin/busybox sha256sum <big", "--workdir", "/work", "--output", "big", "--capture-output").Expect();

        Assert.Equal(2, wire.Cuts);
        // From the beginning each time it would be 60 MiB. What a busy server had not looked at when the line broke is sent once more.
        Assert.InRange(wire.Bytes, Size, Size + (16 << 20));
        System.Text.Json.JsonElement told = OutputRun.Read(machine.Cas, run.ResultFile);
        Assert.StartsWith(told.GetProperty("files").GetProperty("big").GetProperty("sha256").GetString()!, told.GetProperty("stdout").GetProperty("raw").GetString(), StringComparison.Ordinal);
    }

    [NeedsFuseFact(BuildStreamCas.Module)]
    public void CasThatIsGoneAtTheEnd_IsAFailureInOneLineWithoutAResult()
    {
        using TestDirectory storage = new();
        using ServedCas cas = new(machine.Tool, storage.Create("cache"));
        using VRootUser user = new(machine, Privilege.User) { Cas = cas.Address };
        PushedRoot pushed = OutputRoot.PushTo(user, root.In(machine));
        OutputRun run = new(user, pushed);
        using ChildProcess running = user.StartRun(
            pushed, ["--cas-timeout", "1s", "--workdir", "/work", "--output", "out", "--result", run.ResultFile], "/bin/sh", "-c", "echo made >out; echo ready; sleep 2; echo slept");
        running.WaitForOutput("ready", TimeSpan.FromSeconds(60));

        cas.Dispose();
        ProcessOutcome outcome = running.WaitForExit(TimeSpan.FromSeconds(60)).Expect(125);

        Assert.Equal("ready\nslept\n", outcome.Output);
        Assert.Contains("the outputs could not be captured", Assert.Single(outcome.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.Contains("cannot be had from the CAS now", outcome.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(run.ResultFile));
        user.AssertNothingLeft();
    }

    [NeedsFuseTheory]
    [InlineData("/", "../x", "leads out of the root")]
    [InlineData("/work", "../../etc/passwd", "leads out of the root")]
    [InlineData("/work", "a/../../../x", "leads out of the root")]
    [InlineData("/work", "/etc/passwd", "is absolute")]
    [InlineData("/work", "a//b", "has an empty part")]
    [InlineData("/", "bin/busybox/x", "is no directory")]
    public void HostilePath_IsAUsageErrorBeforeTheCommandRuns(string workingDirectory, string path, string why)
    {
        using VRootUser user = new(machine, Privilege.Root);
        OutputRun run = new(user, root.In(machine));
        ProcessOutcome outcome = run.Script("echo ran", "--workdir", workingDirectory, "--output", path).Expect(2);
        Assert.Empty(outcome.Output);
        Assert.Contains(why, Assert.Single(outcome.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.False(File.Exists(run.ResultFile));
    }

    [NeedsFuseFact(BuildStreamCas.Module)]
    public void PathsTwiceAndWithinEachOther_AreEachToldOnce()
    {
        using VRootUser user = new(machine, Privilege.Root);
        OutputRun run = new(user, root.In(machine));
        run.Script("mkdir out; echo x >out/f", "--workdir", "/work", "--output", "out", "--output", "./out/", "--output", "out/f", "--output", "out/f", "--output", "").Expect();
        System.Text.Json.JsonElement told = run.Read();
        Assert.Equal(["out", ""], told.GetProperty("directories").EnumerateObject().Select(directory => directory.Name));
        Assert.Equal("out/f", Assert.Single(told.GetProperty("files").EnumerateObject()).Name);
        Assert.True(told.GetProperty("directories").GetProperty("").GetProperty("tree").GetProperty("entries").TryGetProperty("out/f", out _));
    }

    [NeedsFuseFact]
    public void OutputsWithoutAResult_AreAUsageError()
    {
        using VRootUser user = new(machine, Privilege.Root);
        ProcessOutcome outcome = user.Run(root.In(machine), ["--output", "x"], "/bin/sh", "-c", "echo ran").Expect(2);
        Assert.Contains("--result FILE", outcome.Error, StringComparison.Ordinal);
    }

    [NeedsFuseFact]
    public void ResultFile_ThatEndsInJson_IsReapisJson()
    {
        using VRootUser user = new(machine, Privilege.Root);
        string file = Path.Combine(user.Home, "r.json");
        user.Run(root.In(machine), ["--workdir", "/src", "--output", "small", "--result", file], "/bin/sh", "-c", "exit 7").Expect(7);
        using System.Text.Json.JsonDocument json = System.Text.Json.JsonDocument.Parse(File.ReadAllText(file));
        Assert.Equal(7, json.RootElement.GetProperty("exitCode").GetInt32());
        Assert.Equal("14", json.RootElement.GetProperty("outputFiles")[0].GetProperty("digest").GetProperty("sizeBytes").GetString());
    }
}
