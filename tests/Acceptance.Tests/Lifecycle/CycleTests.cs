using System.Globalization;
using System.Text.Json;
using VirtualRoot.Acceptance.Tests.Support;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Acceptance.Tests.Lifecycle;

/// <summary>Again and again: what a cycle takes, it gives back.</summary>
[Collection(MountingCollection.Name)]
public sealed class CycleTests(Machine machine)
{
    /// <summary>eng/soak asks for 1000.</summary>
    private const string CyclesVariable = "VROOT_SOAK_CYCLES";

    private const int Runs = 50;

    [NeedsFuseTheory, BothPrivileges]
    public void Library_MountUseUnmount_LeaksNothing(Privilege privilege)
    {
        int cycles = Environment.GetEnvironmentVariable(CyclesVariable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : 100;
        using VRootUser user = new(machine, privilege);
        string work = user.Files.Create("work", user.Uid);
        // Half of them: by then pools and caches have filled, and what still grows is lost.
        int warm = cycles / 2;
        string[] driver = ["dotnet", Driver(), machine.SmallRoot.Tree.Path, work, $"{warm}", $"{cycles}"];
        // Mounting in this mount namespace would need fusermount3; in a user namespace of their own, users mount directly.
        string[] command = privilege == Privilege.User ? ["/usr/bin/unshare", "-Urm", .. driver] : ["/usr/bin/env", .. driver];

        ProcessOutcome outcome = ChildProcess.Run(user.Program(command[0], command[1..]), TimeSpan.FromSeconds(120 + cycles));

        JsonElement[] holdings = [.. outcome.Expect().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(2, holdings.Length);
        foreach (string name in (string[])["Mounts", "Files"])
        {
            Assert.True(Number(0, name) >= Number(1, name), $"{name}: {outcome}");
        }

        // The runtime, not we, may hold some threads and pipes more at a given moment; a leak would be one for each cycle.
        foreach (string name in (string[])["OpenFiles", "Threads"])
        {
            Assert.True(Number(1, name) <= Number(0, name) + (warm / 5), $"{name}: {outcome}");
        }

        // Some 100 KB more come with the runtime's threads and pools, however many cycles there are; a root that is kept is 66 KB.
        Assert.True(Number(1, "ManagedBytes") <= Number(0, "ManagedBytes") + (256 << 10), $"ManagedBytes: {outcome}");
        Assert.True(Number(1, "ResidentBytes") <= Number(0, "ResidentBytes") * 1.1, $"ResidentBytes: {outcome}");
        user.AssertNothingLeft();

        long Number(int index, string name) => holdings[index].GetProperty(name).GetInt64();
    }

    [NeedsFuseTheory, BothPrivileges]
    public void Command_ManyRuns_LeaveNothing(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        user.Run(machine.SmallRoot, "/bin/true").Expect();
        int filesBefore = Count(user);
        for (int run = 0; run < Runs; run++)
        {
            Assert.Equal("hello\n", user.Run(machine.SmallRoot, "/bin/sh", "-c", "cat /data/hello.txt; echo x >/tmp/x").Expect().Output);
        }

        user.AssertNothingLeft();
        // sh and hello.txt were not cached before: two blobs at most, and nothing for each run.
        Assert.InRange(Count(user), filesBefore, filesBefore + 6);
    }

    private static int Count(VRootUser user) => Directory.EnumerateFileSystemEntries(user.Files.Path, "*", SearchOption.AllDirectories).Count();

    /// <summary>The driver's assembly, built into its own folder with the same configuration as this one.</summary>
    private static string Driver()
    {
        string output = AppContext.BaseDirectory.TrimEnd('/').Replace("/Acceptance.Tests/", "/MountCycles/", StringComparison.Ordinal);
        return Path.Combine(output, "VirtualRoot.MountCycles.dll");
    }
}
