using System.Diagnostics;
using System.Globalization;
using VirtualRoot.Building;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Storage;
using VirtualRoot.CasClient.Uploads;
using VirtualRoot.MountCycles;
using VirtualRoot.Mounting;
using VirtualRoot.Outputs;
using VirtualRoot.Tree;

// Mounts, uses and unmounts a root again and again through the library, in one process, and makes, uses and removes one in a
// build directory that stays.
// Usage: MountCycles TREE WORK CYCLE…    After each CYCLE (20 100) it prints what the process holds, as one line of JSON.
const string Use = "set -e; cd \"$0\"; cat data/hello.txt; ls -lR data bin proc/self dev >/dev/null; echo x >data/new; cat data/new; mkdir made; mv data/new made; rm -r made";

int[] stops = [.. args[2..].Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
using BlobStore store = BlobStore.Open(new BlobStoreOptions { Directory = Path.Combine(args[1], "store") });
await using CasSession cas = CasSession.Open(store, endpoint: null);
UploadResult uploaded = await TreeUploader.UploadAsync(args[0], cas.Sink, options: null, progress: null, CancellationToken.None);
BuildDirectoryOptions lasting = new()
{
    Directory = Directory.CreateDirectory(Path.Combine(args[1], "build")).FullName,
    ScratchParent = Path.Combine(args[1], "scratch"),
};
await using BuildDirectory build = await BuildDirectory.StartAsync(lasting, cas.Directories, cas.Blobs);
_ = Holdings.Measure(0, args[1]).ToJson(); // What measuring itself loads and caches is there before anything is compared.
for (int cycle = 1; cycle <= stops[^1]; cycle++)
{
    MountedRootOptions options = new()
    {
        Root = new RootOptions { InputRoot = uploaded.Root },
        ScratchParent = Path.Combine(args[1], "scratch"),
    };
    await using (MountedRoot mounted = await MountedRoot.StartAsync(options, cas.Directories, cas.Blobs, CancellationToken.None))
    {
        await UseAsync(mounted.MountPoint, cycle);
    }

    BuildRoot root = await build.CreateAsync(null, new BuildRootOptions { Root = options.Root, Outputs = new OutputRequest { Paths = ["out/file"] } }, CancellationToken.None);
    await UseAsync(root.RootPath, cycle);
    root.SetActionInit(Environment.ProcessId);
    await root.CaptureAsync(cas.Sink, CancellationToken.None);
    await root.DisposeAsync();
    await root.Removal;

    if (stops.Contains(cycle))
    {
        Console.WriteLine(Holdings.Measure(cycle, args[1]).ToJson());
    }
}

static async Task UseAsync(string root, int cycle)
{
    using Process user = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Use, root]) { RedirectStandardOutput = true })!;
    using StreamReader reader = user.StandardOutput; // Process leaves its pipes to the finalizer
    string output = await reader.ReadToEndAsync();
    await user.WaitForExitAsync();
    if (user.ExitCode != 0 || output != "hello\nx\n")
    {
        throw new InvalidOperationException($"cycle {cycle}: status {user.ExitCode}, \"{output}\"");
    }
}
