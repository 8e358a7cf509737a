using VirtualRoot.CasClient;
using VirtualRoot.Testing;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.Serve.Tests;

/// <summary>Standard output and standard error: files of the mount beside the root, under a quota of their own.</summary>
[Collection(ServeCollection.Name)]
public sealed class OutputTextTests(SharedWorker shared)
{
    [NeedsFuseTheory]
    [InlineData("", "auto")]
    [InlineData("", "synthesized")]
    [InlineData("exec /bin/sh -c \"$1\" 2>/dev/null; ", "synthesized")]
    public async Task Texts_WrittenByDescriptorAndByPath_AreAllThere(string prefix, string special)
    {
        Digest action = BusyboxRoot.Action(
            shared.Worker,
            prefix + "echo one >&2; echo two >>/dev/stderr; echo three >&2; echo four >>/proc/self/fd/2; echo five >&2",
            action: action => action.Platform = new() { Properties = { new Protos.Platform.Types.Property { Name = "vroot:special", Value = special } } });
        Protos.ExecuteResponse response = await shared.Worker.RunAsync(action);

        Assert.True(response is { Status.Code: 0 }, response.ToString());
        Assert.Equal(prefix.Length > 0 ? "" : "one\ntwo\nthree\nfour\nfive\n", response.Result.StderrRaw.ToStringUtf8());
    }

    /// <summary>A real procfs opens the text anew, and truncates it, as for every worker whose texts are files; ours appends.</summary>
    [NeedsFuseTheory]
    [InlineData("synthesized", "one\ntwo\nthree\n")]
    [InlineData("kernel", "two\nthree\n")]
    public async Task Text_TruncatedByPath_IsCutByARealProcfsAlone(string special, string expected)
    {
        Protos.ExecuteResponse response = await shared.Worker.RunAsync(BusyboxRoot.Action(
            shared.Worker,
            "echo one >&2; echo two >/dev/stderr; echo three >&2",
            action: action => action.Platform = new() { Properties = { new Protos.Platform.Types.Property { Name = "vroot:special", Value = special } } }));

        Assert.True(response is { Status.Code: 0 }, response.ToString());
        Assert.Equal(expected, response.Result.StderrRaw.ToStringUtf8());
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task StandardError_ThatIsStandardOutput_IsOneText()
    {
        Protos.ExecuteResponse response = await shared.Worker.RunAsync(BusyboxRoot.Action(shared.Worker, "exec 2>&1; echo a; echo b >&2; echo c"));
        Assert.Equal(("a\nb\nc\n", ""), (response.Result.StdoutRaw.ToStringUtf8(), response.Result.StderrRaw.ToStringUtf8()));
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task Texts_BeyondTheQuota_AreNoSpaceAndTheRestIsKept()
    {
        await using ServedWorker worker = ServedWorker.Start("--quota-log-bytes", "1M");
        Protos.ExecuteResponse response = await worker.RunAsync(BusyboxRoot.Action(
            worker, "dd if=/dev/zero bs=65536 count=64 2>err; status=$?; cat err; exit $status", command => command.OutputPaths.Add("err")));

        Assert.Equal((0, 1), (response.Status.Code, response.Result.ExitCode));
        Assert.InRange(response.Result.StdoutDigest.SizeBytes, 900_000, 1 << 20);
        Protos.OutputFile errors = Assert.Single(response.Result.OutputFiles);
        Assert.Contains("No space left on device", System.Text.Encoding.UTF8.GetString(await worker.GetAsync(errors.Digest)), StringComparison.Ordinal);
        Assert.Contains("--quota-log-bytes", response.Message, StringComparison.Ordinal);

        Protos.ExecuteResponse next = await worker.RunAsync(BusyboxRoot.Action(worker, "echo others have theirs"));
        Assert.Equal("others have theirs\n", next.Result.StdoutRaw.ToStringUtf8());
        Assert.Empty(next.Message);
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task Action_SeesNeitherItsTextsNorItsServerLogs()
    {
        Protos.ExecuteResponse response = await shared.Worker.RunAsync(BusyboxRoot.Action(
            shared.Worker, "ls -a / /..; for name in stdout stderr server_logs root; do test -e /../$name && echo $name; done; exit 0"));

        string text = response.Result.StdoutRaw.ToStringUtf8();
        Assert.Contains("bin\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("std", text, StringComparison.Ordinal);
        Assert.DoesNotContain("server_logs", text, StringComparison.Ordinal);
    }
}
