using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.Serve.Tests;

/// <summary><c>--rlimit</c>: what each process of an action may use.</summary>
[Collection(ServeCollection.Name)]
public sealed class ProcessLimitTests(SharedWorker shared)
{
    [NeedsFuseFact("/bin/busybox")]
    public async Task Limits_AreThoseOfTheOptions()
    {
        await using ServedWorker worker = ServedWorker.Start("--rlimit", "nofile=20:40", "--rlimit", "fsize=65536", "--rlimit", "stack=1048576:unlimited");
        Protos.ExecuteResponse response = await worker.RunAsync(BusyboxRoot.Action(worker, "cat /proc/self/limits"));
        Assert.Equal(("20", "40"), LimitOf(response, "Max open files"));
        Assert.Equal(("65536", "65536"), LimitOf(response, "Max file size"));
        Assert.Equal(("1048576", "unlimited"), LimitOf(response, "Max stack size"));
        Assert.Equal(("0", "0"), LimitOf(response, "Max core file size"));

        Protos.ExecuteResponse descriptors = await worker.RunAsync(BusyboxRoot.Action(
            worker, "n=3; while test $n -lt 30; do eval \"exec $n</bin/busybox\" || exit 9; n=$((n+1)); done"));
        Assert.NotEqual(0, descriptors.Result.ExitCode);
        Assert.Contains("Too many open files", descriptors.Result.StderrRaw.ToStringUtf8(), StringComparison.Ordinal);

        Protos.ExecuteResponse size = await worker.RunAsync(BusyboxRoot.Action(worker, "exec dd if=/dev/zero of=big bs=1024 count=100"));
        Assert.Equal((0, 128 + 25), (size.Status.Code, size.Result.ExitCode)); // SIGXFSZ
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task Core_MayBeAllowed()
    {
        await using ServedWorker worker = ServedWorker.Start("--rlimit", "core=4096");
        Assert.Equal(("4096", "4096"), LimitOf(await worker.RunAsync(BusyboxRoot.Action(worker, "cat /proc/self/limits")), "Max core file size"));
        Assert.Equal(("0", "0"), LimitOf(await shared.Worker.RunAsync(BusyboxRoot.Action(shared.Worker, "cat /proc/self/limits")), "Max core file size"));
    }

    [NeedsFuseTheory]
    [InlineData("files=10", "nofile")]
    [InlineData("nofile", "NAME=SOFT[:HARD]")]
    [InlineData("nofile=", "unlimited")]
    [InlineData("nofile=1:2:3", "unlimited")]
    [InlineData("nofile=-1", "unlimited")]
    [InlineData("nofile=20:10", "above the hard one")]
    [InlineData("nofile=unlimited:10", "above the hard one")]
    public void Limits_ThatMeanNothing_AreUsageErrors(string limit, string expected)
    {
        using TestDirectory directory = new();
        ProcessOutcome outcome = ChildProcess.Run(ServedWorker.Command(directory, "--rlimit", limit), ServedWorker.Patience);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("--rlimit", outcome.Error, StringComparison.Ordinal);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
    }

    [NeedsFuseFact]
    public void Limit_StatedTwice_IsAUsageError()
    {
        using TestDirectory directory = new();
        ProcessOutcome outcome = ChildProcess.Run(ServedWorker.Command(directory, "--rlimit", "cpu=10", "--rlimit", "cpu=20"), ServedWorker.Patience);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("cpu is limited twice", outcome.Error, StringComparison.Ordinal);
    }

    private static (string Soft, string Hard) LimitOf(Protos.ExecuteResponse response, string name)
    {
        string line = Assert.Single(response.Result.StdoutRaw.ToStringUtf8().Split('\n'), line => line.StartsWith(name, StringComparison.Ordinal));
        string[] words = line[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (words[0], words[1]);
    }
}
