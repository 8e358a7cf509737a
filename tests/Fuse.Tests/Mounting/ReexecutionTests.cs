using System.Text;
using System.Text.Json;
using VirtualRoot.Fuse.Mounting;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Fuse.Tests.Mounting;

/// <summary><see cref="UserNamespaceLauncher"/> by an ordinary user, seen from outside.</summary>
[Collection(Driven.Collection)]
public sealed class ReexecutionTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [NeedsFuseFact]
    public void Reexecute_ByAnOrdinaryUser_EntersANamespaceOnceWithEverythingItWasGiven()
    {
        using FuseDeviceForAll device = new();
        string mountPoint = _directory.Create("mnt", Driven.Nobody);
        byte[] input = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
        // A shell, since strings of .NET cannot hold what is not UTF-8.
        string script = """
            umask 027
            exec env "RAW=$(printf '\377\200')" EMPTY= "NEW=$(printf 'a\nb')" "$@" "$(printf 'not \377 utf-8')" '' ' blanks  ' "$(printf 'new\nline')" 'ünïcode' --
            """;
        ProcessCommand command = new("/bin/sh", ["-c", script, "sh", .. Driven.Line("reexecute", mountPoint)])
        {
            Uid = Driven.Nobody,
            Input = input,
            Environment = Driven.Variables(),
            WorkingDirectory = "/usr",
        };

        ProcessOutcome outcome = ChildProcess.Run(command, Driven.Patience).Expect(7);

        Assert.Equal("standard error, too\n", outcome.Error);
        ReexecutionReport[] reports = [.. outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<ReexecutionReport>(line)!)];
        Assert.Equal(2, reports.Length);
        (ReexecutionReport before, ReexecutionReport after) = (reports[0], reports[1]);
        Assert.Equal((false, Driven.Nobody), (before.Inside, before.UserId));
        Assert.Equal((true, 0u, "0 65534 1"), (after.Inside, after.UserId, after.UserMap));
        Assert.Equal(before.ProcessId, after.ProcessId);
        Assert.Contains(Convert.ToHexString("not "u8) + "FF", before.CommandLine, StringComparison.Ordinal);
        Assert.Equal(before.CommandLine, after.CommandLine);
        Assert.Contains(Convert.ToHexString("RAW="u8) + "FF80", before.Environment, StringComparison.Ordinal);
        Assert.Equal(before.Environment + Convert.ToHexString(Encoding.ASCII.GetBytes(UserNamespaceLauncher.GuardVariable + "=1\0")), after.Environment);
        Assert.Equal(before.StandardStreams, after.StandardStreams);
        Assert.Equal(before.Inherited, after.Inherited);
        Assert.Contains("Umask:\t0027", after.Inherited, StringComparison.Ordinal);
        Assert.Equal(Convert.ToHexString(input), after.Input);
        Assert.Equal(MountDriver.Content, after.Mounted);
        Assert.Contains("refused also inside a user namespace: see 'vroot doctor'", after.SecondTime, StringComparison.Ordinal);
    }
}
