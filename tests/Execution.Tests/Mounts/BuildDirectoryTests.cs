using System.Globalization;
using VirtualRoot.Building;
using VirtualRoot.CasClient.Results;
using VirtualRoot.Fuse;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Outputs;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Execution.Tests.Mounts;

/// <summary>Many roots behind one real mount.</summary>
[Collection(MountsCollection.Name)]
public sealed class BuildDirectoryTests
{
    private const int Roots = 50;

    [NeedsFuseFact("/bin/busybox")]
    public async Task FiftyRoots_ComeAndGoWhileOthersWork()
    {
        await using MountedBuild build = await MountedBuild.StartAsync();
        BuildRoot[] workers = await Task.WhenAll(Enumerable.Range(0, 2).Select(index => build.CreateAsync($"worker{index}", special: true)));
        using ChildProcess one = MountedBuild.Inside(workers[0], "for i in $(busybox seq 200); do busybox cat /data/many/$i; done");
        using ChildProcess two = MountedBuild.Inside(workers[1], "for i in $(busybox seq 200); do echo $i >/tmp/$i; done; for i in $(busybox seq 200); do busybox cat /tmp/$i; done");

        List<BuildRoot> removed = [];
        for (int index = 0; index < Roots; index++)
        {
            BuildRoot root = await build.CreateAsync($"r{index}");
            Assert.Equal("hello\n", build.Run($"cat $0/r{index}/root/data/hello && echo log >$0/r{index}/stdout").Expect().Output);
            await root.DisposeAsync();
            removed.Add(root);
        }

        await Task.WhenAll(removed.Select(root => root.Removal)).WaitAsync(MountedBuild.Limit);
        string numbers = string.Concat(Enumerable.Range(1, 200).Select(number => $"{number}\n"));
        Assert.Equal(numbers, one.WaitForExit(MountedBuild.Limit).Expect().Output);
        Assert.Equal(numbers, two.WaitForExit(MountedBuild.Limit).Expect().Output);
        Assert.Equal("worker0\nworker1\n", build.Run("ls $0").Expect().Output);
        Assert.Equal(2, Directory.GetDirectories(build.Build.Folder, "part*").Length);
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task HungFetch_InOneRoot_LeavesTheOthersAlone_AndEndsWithItsRoot()
    {
        await using MountedBuild build = await MountedBuild.StartAsync(holdsSlow: true);
        BuildRoot hung = await build.CreateAsync("hung");
        BuildRoot works = await build.CreateAsync("works");
        using ChildProcess waiting = MountedBuild.Inside(hung, "for i in 1 2 3; do busybox cat /data/slow & done; busybox cat /data/slow");
        await Wait.UntilAsync(() => build.Blobs.Waiting > 0, "a fetch that hangs");

        using ChildProcess other = MountedBuild.Inside(works, "busybox cat /data/hello; echo x >/tmp/x; busybox cat /tmp/x");
        Assert.Equal("hello\nx\n", other.WaitForExit(MountedBuild.Limit).Expect().Output);
        Assert.True(hung.Root.Statistics.InputWait > TimeSpan.Zero);
        Assert.Equal(0, works.Root.Failures.Count);

        await hung.DisposeAsync();
        await hung.Removal.WaitAsync(MountedBuild.Limit);
        Assert.NotEqual(0, waiting.WaitForExit(MountedBuild.Limit).ExitCode);
        Assert.Equal("works\n", build.Run("ls $0").Expect().Output);
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task FailedInput_IsOnItsRootsRecordAlone()
    {
        await using MountedBuild build = await MountedBuild.StartAsync();
        BuildRoot broken = await build.CreateAsync("broken");
        BuildRoot sound = await build.CreateAsync("sound");
        foreach (string file in Directory.EnumerateFiles(build.Store, "*", SearchOption.AllDirectories).Where(file => new FileInfo(file).Length == MountedBuild.SlowBytes))
        {
            File.Delete(file);
        }

        Assert.NotEqual(0, build.Run("cat $0/broken/root/data/slow").ExitCode);
        Assert.True(broken.Root.Failures.Count > 0);
        Assert.Equal(0, sound.Root.Failures.Count);
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task Removed_WhileSomebodyIsInside_ShowsThemNothingOfTheNextRoot()
    {
        await using MountedBuild build = await MountedBuild.StartAsync();
        BuildRoot first = await build.CreateAsync("a");
        using ChildProcess inside = build.Shell("cd $0/a/root && exec 3<data/hello 4>>new && echo mine >&4 && echo ready && while ! [ -e $0/go/stdout ]; do sleep 0.05; done; cat <&3; echo more >&4; ls; cat new; ls $0/a/root/new");
        inside.WaitForOutput("ready\n", MountedBuild.Limit);
        await first.DisposeAsync();
        await first.Removal.WaitAsync(MountedBuild.Limit);
        BuildRoot second = await build.CreateAsync("a");
        build.Run("echo second >$0/a/root/new").Expect();
        await build.CreateAsync("go");

        ProcessOutcome outcome = inside.WaitForExit(MountedBuild.Limit);
        // What it had opened of its own root may still be in the kernel's pages (ADR 16), or not.
        Assert.Equal("ready\n" + $"{build.Build.Path}/a/root/new\n", outcome.Output.Replace("ready\nhello\n", "ready\n", StringComparison.Ordinal));
        Assert.Contains("Stale file handle", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("second\n", build.Run("cat $0/a/root/new").Expect().Output);
        Assert.False(second.Root.IsRemoved);
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task AcrossRoots_LinkIsRefusedAndMoveCopies()
    {
        await using MountedBuild build = await MountedBuild.StartAsync();
        await build.CreateAsync("a");
        await build.CreateAsync("b");

        ProcessOutcome link = build.Run("ln $0/a/root/data/hello $0/b/root/hello");
        Assert.NotEqual(0, link.ExitCode);
        Assert.Contains("Invalid cross-device link", link.Error, StringComparison.Ordinal);
        Assert.Equal("hello\n", build.Run("mv $0/a/root/data/hello $0/b/root/moved && cat $0/b/root/moved && ! test -e $0/a/root/data/hello").Expect().Output);
        Assert.NotEqual(0, build.Run("mkdir $0/x").ExitCode);
        Assert.NotEqual(0, build.Run("rm $0/a/stdout").ExitCode);
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task Quota_OfEachRoot_IsWhatItsStatfsTells()
    {
        await using MountedBuild build = await MountedBuild.StartAsync();
        await build.CreateAsync("small", configure: root => root with { QuotaBytes = 1 << 20 });
        await build.CreateAsync("large", configure: root => root with { QuotaBytes = 1 << 26 });

        string[] sizes = build.Run("for r in small large; do echo $(($(stat -f -c '%b * %S' $0/$r/root))); done").Expect().Output.Split('\n');
        Assert.Equal([$"{1 << 20}", $"{1 << 26}", ""], sizes);
        ProcessOutcome full = build.Run("head -c 4194304 /dev/zero >$0/small/root/big");
        Assert.Contains("No space left on device", full.Error, StringComparison.Ordinal);
        build.Run("head -c 4194304 /dev/zero >$0/large/root/big && echo said >$0/small/stderr").Expect();
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task Proc_OfARoot_ShowsItsOwnProcessesAlone()
    {
        await using MountedBuild build = await MountedBuild.StartAsync();
        BuildRoot a = await build.CreateAsync("a", special: true);
        BuildRoot b = await build.CreateAsync("b", special: true);
        const string Sleeper = "echo ready; exec busybox sleep 1000";
        using ChildProcess inA = MountedBuild.Inside(a, Sleeper);
        using ChildProcess inB = MountedBuild.Inside(b, Sleeper);
        inA.WaitForOutput("ready\n", MountedBuild.Limit);
        inB.WaitForOutput("ready\n", MountedBuild.Limit);
        const string Look = "cd /proc; for p in [0-9]*; do echo $p; done; readlink /proc/self/exe; readlink /proc/$$/cwd";

        using ChildProcess looks = MountedBuild.Inside(a, Look.Replace("readlink", "busybox readlink", StringComparison.Ordinal));
        string[] seen = looks.WaitForExit(MountedBuild.Limit).Expect().Output.Split('\n');
        Assert.Contains(inA.Id.ToString(CultureInfo.InvariantCulture), seen);
        Assert.DoesNotContain(inB.Id.ToString(CultureInfo.InvariantCulture), seen);
        Assert.Contains("/bin/busybox", seen); // without the prefix of the build directory
        Assert.Contains("/proc", seen);

        b.SetActionInit(inB.Id);
        using ChildProcess stranger = MountedBuild.Inside(a, $"test -e /proc/{inB.Id} && echo seen; test -e /proc/{inA.Id} && echo own");
        Assert.Equal("own\n", stranger.WaitForExit(MountedBuild.Limit).Expect().Output);
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task SixteenActions_AtOnce_EachGetTheirOwnResult()
    {
        await using MountedBuild build = await MountedBuild.StartAsync();
        Task<(int Number, CapturedOutputs Outputs)>[] actions = [.. Enumerable.Range(0, 16).Select(RunAsync)];
        (int Number, CapturedOutputs Outputs)[] results = await Task.WhenAll(actions).WaitAsync(TimeSpan.FromMinutes(3));

        Assert.All(results, result =>
        {
            ActionResult told = result.Outputs.Result;
            Assert.Equal($"action {result.Number}\n", System.Text.Encoding.UTF8.GetString(told.Stdout!.Value.Raw.Span));
            Assert.Equal("out/result", Assert.Single(told.Files).Path);
        });
        Assert.Equal(16, results.Select(result => result.Outputs.Result.Files[0].Digest).Distinct().Count());
        await Wait.UntilAsync(() => Directory.GetDirectories(build.Build.Folder, "part*").Length == 0, "every root's files are gone");

        async Task<(int Number, CapturedOutputs Outputs)> RunAsync(int number)
        {
            await using BuildRoot root = await build.CreateAsync(null, special: true, new OutputRequest { Paths = ["out/result"] });
            string script = $"for i in $(busybox seq 50); do busybox cat /data/many/$i /proc/self/stat >/dev/null; echo $i {number} >>/out/result; done; echo action {number}";
            using ChildProcess child = ChildProcess.Start(new ProcessCommand("/bin/sh", ["-c", "exec chroot $0/root /bin/sh -c \"$1\" >$0/stdout 2>$0/stderr", root.Path, script]));
            await Task.Run(() => child.WaitForExit(TimeSpan.FromMinutes(2)).Expect());
            await root.WaitUntilIdleAsync(new CancellationTokenSource(MountedBuild.Limit).Token);
            return (number, await root.CaptureAsync(build.Cas.Sink, CancellationToken.None));
        }
    }

    [NeedsFuseFact("/bin/busybox")]
    public async Task CreationAndRemoval_AskNothingOfTheKernelThatGrowsWithTheRoot()
    {
        await using MountedBuild build = await MountedBuild.StartAsync();
        Dictionary<string, (long Creating, long Removing)> requests = [];
        foreach ((string id, string use) in new[] { ("few", "cat $0/few/root/data/hello"), ("many", "cat $0/many/root/data/many/*; ls -lR $0/many") })
        {
            long before = WithoutForgets(build.Build.Statistics.Snapshot());
            BuildRoot root = await build.CreateAsync(id);
            long created = WithoutForgets(build.Build.Statistics.Snapshot());
            build.Run(use).Expect();
            await root.WaitUntilIdleAsync(new CancellationTokenSource(MountedBuild.Limit).Token);
            long used = WithoutForgets(build.Build.Statistics.Snapshot());
            await root.DisposeAsync();
            await root.Removal.WaitAsync(MountedBuild.Limit);
            requests[id] = (created - before, WithoutForgets(build.Build.Statistics.Snapshot()) - used);
        }

        Assert.Equal((0, 0), requests["few"]);
        Assert.Equal((0, 0), requests["many"]);
    }

    private static long WithoutForgets(FuseStatisticsSnapshot snapshot) => snapshot.TotalRequests
        - snapshot.Requests.GetValueOrDefault(FuseOpcode.FORGET) - snapshot.Requests.GetValueOrDefault(FuseOpcode.BATCH_FORGET)
        - snapshot.Requests.GetValueOrDefault(FuseOpcode.RELEASE) - snapshot.Requests.GetValueOrDefault(FuseOpcode.RELEASEDIR);
}
