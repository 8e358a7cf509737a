using VirtualRoot.Building;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;
using VirtualRoot.Tree;

namespace VirtualRoot.Execution.Tests.Mounts;

/// <summary>Programs that the kernel reads itself from the cached blob: no READ, and nobody changes them meanwhile.</summary>
[Collection(MountsCollection.Name)]
public sealed class BackedProgramTests
{
    private const int Turns = 40;

    [NeedsPassthroughFact]
    public async Task Programs_AreReadByTheKernelItself()
    {
        await using MountedBuild build = await MountedBuild.StartAsync();
        for (int turn = 0; turn < 3; turn++)
        {
            await using BuildRoot root = await build.CreateAsync($"r{turn}");
            long before = Reads(build);
            Assert.Equal("inside\n", MountedBuild.Inside(root, "busybox echo inside").WaitForExit(MountedBuild.Limit).Expect().Output);

            Assert.Equal(before, Reads(build));
            Assert.Equal(1, root.Root.Statistics.Snapshot().FilesRead);
        }
    }

    [NeedsPassthroughFact]
    public async Task ReadByOthersWhileItRuns_HasTheSameBytes()
    {
        await using MountedBuild build = await MountedBuild.StartAsync();
        await using BuildRoot root = await build.CreateAsync("r");
        using ChildProcess running = MountedBuild.Inside(root, "echo up; exec busybox sleep 60");
        running.WaitForOutput("up", MountedBuild.Limit);
        long before = Reads(build);

        build.Run("cmp /bin/busybox $0/r/root/bin/busybox").Expect();
        build.Run("cp --reflink=never $0/r/root/bin/busybox $0/../copy && cmp /bin/busybox $0/../copy").Expect();
        Assert.Equal(before, Reads(build));
    }

    [NeedsPassthroughFact]
    public async Task WrittenWhileItRuns_IsTextFileBusy_AndKeepsItsBytes()
    {
        await using MountedBuild build = await MountedBuild.StartAsync();
        await using BuildRoot root = await build.CreateAsync("r");
        using ChildProcess running = MountedBuild.Inside(root, "echo up; exec busybox sleep 60");
        running.WaitForOutput("up", MountedBuild.Limit);

        foreach (string change in new[] { "echo x >> $0/r/root/bin/busybox", "echo x > $0/r/root/bin/busybox", "truncate -s 3 $0/r/root/bin/busybox", TruncatesReading })
        {
            ProcessOutcome outcome = build.Run(change);
            Assert.NotEqual(0, outcome.ExitCode);
            Assert.Contains("Text file busy", outcome.Error, StringComparison.Ordinal);
        }

        build.Run("cmp /bin/busybox $0/r/root/bin/busybox").Expect();
    }

    // The kernel sends RELEASE of what a program had open without waiting for it.
    [NeedsPassthroughFact]
    public async Task WrittenRightAfterItsEnd_IsWritten_AndRunsAsItIsThen()
    {
        await using MountedBuild build = await MountedBuild.StartAsync();
        await using BuildRoot root = await build.CreateAsync("r");
        for (int turn = 0; turn < Turns; turn++)
        {
            string change = (turn % 4) switch
            {
                0 => "printf '#!/bin/echo' > busybox; printf ' new\\n' >> busybox",
                1 => "truncate -s 0 busybox; printf '#!/bin/echo new\\n' > busybox",
                2 => "printf '#!/bin/echo new\\n' | dd of=busybox conv=notrunc status=none; truncate -s 16 busybox", // copied up
                _ => "truncate -s 1000000 busybox; printf '#!/bin/echo new\\n' > busybox",
            };
            ProcessOutcome outcome = build.Run($"cd $0/r/root && rm -f busybox && cp bin/busybox . && ./busybox true && {{ {change}; }} && exec ./busybox");

            Assert.True(outcome is { ExitCode: 0, Error: "" }, $"turn {turn}: {outcome.ExitCode} {outcome.Error}");
            Assert.Equal("new ./busybox\n", outcome.Output);
        }
    }

    [NeedsPassthroughFact]
    public async Task ReaderWhoOpenedItWhileItRan_KeepsItFromBeingWritten_UntilItCloses()
    {
        await using MountedBuild build = await MountedBuild.StartAsync();
        await using BuildRoot root = await build.CreateAsync("r");
        ChildProcess reader;
        using (ChildProcess running = MountedBuild.Inside(root, "echo up; exec busybox sleep 60"))
        {
            running.WaitForOutput("up", MountedBuild.Limit);
            reader = build.Shell("exec 3<$0/r/root/bin/busybox; echo open; exec sleep 60");
            reader.WaitForOutput("open", MountedBuild.Limit);
        }

        using (reader)
        {
            Assert.Contains("Text file busy", build.Run("echo x >> $0/r/root/bin/busybox").Error, StringComparison.Ordinal);
        }

        build.Run("cd $0/r/root/bin && echo x >> busybox && cmp -n 1000000 busybox /bin/busybox && test \"$(tail -c 2 busybox)\" = x").Expect();
    }

    [NeedsPassthroughFact]
    public async Task OpenForReadingBeforeItRuns_IsAsCoherentAsAnyFile()
    {
        await using MountedBuild build = await MountedBuild.StartAsync();
        await using BuildRoot root = await build.CreateAsync("r");
        ProcessOutcome outcome = build.Run("""
            cd $0/r/root/bin && exec 3<busybox
            ./busybox true && printf new | dd of=busybox conv=notrunc status=none && head -c 3 <&3
            """).Expect();

        Assert.Equal("new", outcome.Output);
    }

    [NeedsPassthroughFact]
    public async Task LargeReadOnlyInputs_AreReadByTheKernelItself()
    {
        await using MountedBuild build = await MountedBuild.StartAsync();
        await using BuildRoot root = await build.CreateAsync("r", configure: static root => root with { Inputs = InputMode.ReadOnly });
        long before = Reads(build);

        build.Run("cd $0/r/root && exec 3<bin/busybox && cmp /bin/busybox bin/busybox && bin/busybox cat bin/busybox | cmp - /dev/fd/3").Expect();
        ProcessOutcome denied = build.Run("exec 3<$0/r/root/bin/busybox; (echo x >> $0/r/root/bin/busybox)");

        Assert.Equal(before, Reads(build));
        Assert.Contains("Permission denied", denied.Error, StringComparison.Ordinal);
    }

    [NeedsPassthroughFact]
    public async Task RootRemovedWhileItRuns_LeavesOtherRootsAsTheyAre()
    {
        await using MountedBuild build = await MountedBuild.StartAsync();
        await using BuildRoot stays = await build.CreateAsync("stays");
        await using (BuildRoot gone = await build.CreateAsync("gone"))
        {
            using ChildProcess running = MountedBuild.Inside(gone, "echo up; exec busybox sleep 60");
            running.WaitForOutput("up", MountedBuild.Limit);
            await gone.DisposeAsync();
            Assert.Equal("on\n", MountedBuild.Inside(stays, "busybox echo on").WaitForExit(MountedBuild.Limit).Expect().Output);
        }

        long before = Reads(build);
        await using BuildRoot next = await build.CreateAsync("next");
        Assert.Equal("on\n", MountedBuild.Inside(next, "busybox echo on").WaitForExit(MountedBuild.Limit).Expect().Output);
        Assert.Equal(before, Reads(build));
    }

    private const string TruncatesReading =
        "python3 -c 'import os, sys; os.open(sys.argv[1], os.O_RDONLY | os.O_TRUNC)' $0/r/root/bin/busybox 2>&1 | sed -n 's/.*\\(Text file busy\\).*/\\1/p' >&2; exit 1";

    private static long Reads(MountedBuild build) => build.Build.Statistics.Snapshot().Requests.GetValueOrDefault(FuseOpcode.READ);
}
