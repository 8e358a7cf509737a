using System.Diagnostics;
using System.Globalization;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Storage;
using VirtualRoot.CasClient.Uploads;
using VirtualRoot.MountCycles;
using VirtualRoot.Mounting;
using VirtualRoot.Tree;

// Mounts, uses and unmounts a root again and again through the library, in one process.
// Usage: MountCycles TREE WORK CYCLE…    After each CYCLE (20 100) it prints what the process holds, as one line of JSON.
const string Use = "set -e; cd \"$0\"; cat data/hello.txt; ls -lR data bin proc/self dev >/dev/null; echo x >data/new; cat data/new; mkdir made; mv data/new made; rm -r made";

int[] stops = [.. args[2..].Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
using BlobStore store = BlobStore.Open(new BlobStoreOptions { Directory = Path.Combine(args[1], "store") });
await using CasSession cas = CasSession.Open(store, endpoint: null);
UploadResult uploaded = await TreeUploader.UploadAsync(args[0], cas.Sink, options: null, progress: null, CancellationToken.None);
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
        using Process user = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Use, mounted.MountPoint]) { RedirectStandardOutput = true })!;
        using StreamReader reader = user.StandardOutput; // Process leaves its pipes to the finalizer
        string output = await reader.ReadToEndAsync();
        await user.WaitForExitAsync();
        if (user.ExitCode != 0 || output != "hello\nx\n")
        {
            throw new InvalidOperationException($"cycle {cycle}: status {user.ExitCode}, \"{output}\"");
        }
    }

    if (stops.Contains(cycle))
    {
        Console.WriteLine(Holdings.Measure(cycle, args[1]).ToJson());
    }
}
