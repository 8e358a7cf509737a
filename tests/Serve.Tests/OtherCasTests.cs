using System.Net;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using VirtualRoot.CasClient;
using VirtualRoot.Grpc;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Peers;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.Serve.Tests;

/// <summary>A worker whose inputs come from another server: one that is slow, gone, or wrong.</summary>
[Collection(ServeCollection.Name)]
public sealed class OtherCasTests : IDisposable
{
    private readonly TestDirectory _directory = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ServedCas _cas;

    public OtherCasTests()
    {
        _listener.Start();
        _cas = new ServedCas(PublishedTool.Find(_directory), _directory["cache"]);
    }

    // The action reads its input once the test lets go of its connection.
    private string Script => $"nc 127.0.0.1 {((IPEndPoint)_listener.LocalEndpoint).Port}; cat input";

    public void Dispose()
    {
        _cas.Dispose();
        _listener.Dispose();
        _directory.Dispose();
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task Cas_Slow_WaitingForItIsNotTheActionsTime()
    {
        await using ServedWorker worker = ServedWorker.StartOn(_cas.Address);
        using AsyncServerStreamingCall<Protos.Operation> call = worker.Execute(Action(worker, new Duration { Seconds = 15 }));
        using (TcpClient waiting = await AcceptAsync())
        {
            _cas.Stop();
        }

        await Task.Delay(TimeSpan.FromSeconds(18));
        _cas.Continue();
        Protos.ExecuteResponse response = await ServedWorker.EndAsync(call);

        Assert.True(response is { Status.Code: 0, Result.ExitCode: 0 }, response.ToString());
        Assert.Equal("the input", response.Result.StdoutRaw.ToStringUtf8());
        Protos.ExecutedActionMetadata metadata = response.Result.ExecutionMetadata;
        TimeSpan wall = metadata.ExecutionCompletedTimestamp.ToDateTimeOffset() - metadata.ExecutionStartTimestamp.ToDateTimeOffset();
        Assert.True(wall - metadata.VirtualExecutionDuration.ToTimeSpan() > TimeSpan.FromSeconds(12), metadata.ToString());
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task Cas_Gone_IsUnavailable()
    {
        await using ServedWorker worker = ServedWorker.StartOn(_cas.Address, "--cas-timeout", "2s");
        using AsyncServerStreamingCall<Protos.Operation> call = worker.Execute(Action(worker, null));
        using (TcpClient waiting = await AcceptAsync())
        {
            _cas.Dispose();
        }

        Assert.Equal((int)StatusCode.Unavailable, (await ServedWorker.EndAsync(call)).Status.Code);
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task Input_CorruptInTheCas_IsDataLoss()
    {
        await using ServedWorker worker = ServedWorker.StartOn(_cas.Address);
        using AsyncServerStreamingCall<Protos.Operation> call = worker.Execute(Action(worker, null));
        using (TcpClient waiting = await AcceptAsync())
        {
            Digest input = DigestHasher.Compute(DigestFunction.Sha256, "the input"u8);
            string path = Assert.Single(Directory.GetFiles(_directory["cache"], $"{input.HashHex}-*", SearchOption.AllDirectories));
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            await File.WriteAllBytesAsync(path, new byte[input.SizeBytes]);
        }

        Protos.ExecuteResponse response = await ServedWorker.EndAsync(call);
        Assert.True(response.Status.Code == (int)StatusCode.DataLoss, response.ToString());
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task Outputs_AndResults_GoThere()
    {
        await using ServedWorker worker = ServedWorker.StartOn(_cas.Address);
        Digest action = BusyboxRoot.Action(worker, "echo made > o", command => command.OutputPaths.Add("o"));
        Protos.ExecuteResponse response = await worker.RunAsync(action);
        Assert.Equal("made\n", Encoding.UTF8.GetString(await worker.GetAsync(Assert.Single(response.Result.OutputFiles).Digest)));

        await using ServedWorker other = ServedWorker.StartOn(_cas.Address);
        Assert.True((await other.RunAsync(action)).CachedResult);
    }

    private async Task<TcpClient> AcceptAsync() => await _listener.AcceptTcpClientAsync().WaitAsync(ServedWorker.Patience);

    private Digest Action(ServedWorker worker, Duration? timeout)
    {
        Digest input = worker.Put("the input"u8.ToArray());
        return BusyboxRoot.Action(worker, Script, root: root => BusyboxRoot.AddFile(root, "input", input), action: action => action.Timeout = timeout);
    }
}
