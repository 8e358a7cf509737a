using VirtualRoot.Building;
using VirtualRoot.Fuse;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;
using VirtualRoot.Testing.Roots;

namespace VirtualRoot.Execution.Tests.Mounts;

/// <summary>Small inputs that come with their OPEN: no READ, and nothing stale whoever writes at the same time.</summary>
[Collection(MountsCollection.Name)]
public sealed class StoredInputTests
{
    private const int Files = 300; // those of data/many
    private const int Roots = 5;

    // Reads every file of a directory once, or changes it (in place, truncated and written, truncated by its path) and reads it back.
    private const string Racer = """
        #include <fcntl.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <unistd.h>
        static char old[32], want[32], path[4096];
        static int read_back(int check)
        {
            char bytes[32] = "";
            int file = open(path, O_RDONLY);
            if (file < 0 || read(file, bytes, sizeof(bytes) - 1) < 0) {
                perror(path);
                return 1;
            }
            close(file);
            if (check && strcmp(bytes, want)) {
                printf("%s: '%s' instead of '%s'\n", path, bytes, want);
                return 1;
            }
            return 0;
        }
        static int change(int kind)
        {
            int file;
            if (kind == 2) {
                want[1] = 0;
                return truncate(path, 1);
            }
            if (kind == 1)
                strcpy(want, "written anew\n");
            else
                want[0] = 'w';
            file = open(path, kind == 1 ? O_WRONLY | O_TRUNC : O_RDWR);
            if (file < 0 || pwrite(file, want, kind == 1 ? strlen(want) : 1, 0) < 0)
                return -1;
            return close(file);
        }
        int main(int argc, char **argv)
        {
            int count = atoi(argv[3]), writes = *argv[1] == 'w', wrong = 0;
            for (int i = 0; i < count; i++) {
                snprintf(path, sizeof(path), "%s/%d", argv[2], i);
                snprintf(old, sizeof(old), "%d\n", i);
                strcpy(want, old);
                if (writes && change(i % 3)) {
                    perror(path);
                    return 1;
                }
                wrong += read_back(writes);
            }
            return wrong != 0;
        }
        """;

    [NeedsFuseFact("/bin/busybox")]
    public async Task FilesReadWhole_ComeWithoutARead()
    {
        await using MountedBuild build = await MountedBuild.StartAsync();
        await using BuildRoot root = await build.CreateAsync("r");
        FuseStatisticsSnapshot before = build.Build.Statistics.Snapshot();
        string output = build.Run("cd $0/r/root/data/many && for i in $(seq 0 299); do cat $i; done").Expect().Output;
        FuseStatisticsSnapshot after = build.Build.Statistics.Snapshot();

        Assert.Equal(string.Concat(Enumerable.Range(0, Files).Select(static number => $"{number}\n")), output);
        Assert.InRange(after.Requests[FuseOpcode.OPEN] - before.Requests.GetValueOrDefault(FuseOpcode.OPEN), Files, long.MaxValue);
        // Some may be: a page of the store that is not in memory this instant is not waited for.
        Assert.InRange(after.Requests.GetValueOrDefault(FuseOpcode.READ) - before.Requests.GetValueOrDefault(FuseOpcode.READ), 0, Files / 10);
        Assert.InRange(root.Root.Statistics.Snapshot().FilesRead, Files, long.MaxValue);
    }

    [NeedsFuseFact("/bin/busybox", "/usr/bin/gcc")]
    public async Task WritersAmongReaders_NeverSeeWhatWasThereBefore()
    {
        await using MountedBuild build = await MountedBuild.StartAsync();
        using TestDirectory programs = new();
        string racer = CProgram.Compile(Racer, programs.Path, "racer");
        for (int turn = 0; turn < Roots; turn++)
        {
            await using BuildRoot root = await build.CreateAsync($"r{turn}");
            string many = Path.Combine(root.RootPath, "data/many");
            using ChildProcess one = Race(racer, "read", many);
            using ChildProcess writer = Race(racer, "write", many);
            using ChildProcess two = Race(racer, "read", many);
            foreach (ChildProcess process in new[] { one, writer, two })
            {
                ProcessOutcome outcome = process.WaitForExit(MountedBuild.Limit);
                Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Error);
            }
        }
    }

    private static ChildProcess Race(string racer, string mode, string directory) =>
        ChildProcess.Start(new ProcessCommand(racer, [mode, directory, $"{Files}"]));
}
