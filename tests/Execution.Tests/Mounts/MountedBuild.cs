using VirtualRoot.Building;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Storage;
using VirtualRoot.CasClient.Uploads;
using VirtualRoot.Outputs;
using VirtualRoot.Special;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;
using VirtualRoot.Tree;

namespace VirtualRoot.Execution.Tests.Mounts;

/// <summary>A build directory that this process serves, from a store on disk. Only children touch it.</summary>
internal sealed class MountedBuild : IAsyncDisposable
{
    /// <summary>The size of the one file whose bytes may be held up.</summary>
    public const int SlowBytes = 12_345;

    /// <summary>For whole processes, and for what they make happen.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TestDirectory _directory;
    private readonly BlobStore _store;

    private MountedBuild(TestDirectory directory, BlobStore store, CasSession cas, HeldBlobs blobs, BuildDirectory build, Digest inputs)
    {
        _directory = directory;
        _store = store;
        Cas = cas;
        Blobs = blobs;
        Build = build;
        Inputs = inputs;
    }

    public CasSession Cas { get; }

    public HeldBlobs Blobs { get; }

    public BuildDirectory Build { get; }

    /// <summary>A static busybox as bin/busybox and bin/sh, data/hello ("hello\n"), data/slow, and data/many with 300 files.</summary>
    public Digest Inputs { get; }

    /// <summary>The store's folder, to damage it.</summary>
    public string Store => _directory["store"];

    public static async Task<MountedBuild> StartAsync(bool holdsSlow = false)
    {
        TestDirectory directory = new();
        string tree = directory.Create("tree");
        Directory.CreateDirectory(Path.Combine(tree, "bin"));
        File.Copy("/bin/busybox", Path.Combine(tree, "bin/busybox"));
        File.CreateSymbolicLink(Path.Combine(tree, "bin/sh"), "busybox");
        directory.Write("tree/data/hello", "hello\n");
        directory.Write("tree/data/slow", new string('s', SlowBytes));
        for (int index = 0; index < 300; index++)
        {
            directory.Write($"tree/data/many/{index}", $"{index}\n");
        }

        BlobStore store = BlobStore.Open(new BlobStoreOptions { Directory = directory["store"] });
        CasSession cas = CasSession.Open(store, endpoint: null);
        UploadResult uploaded = await TreeUploader.UploadAsync(tree, cas.Sink, options: null, progress: null, CancellationToken.None);
        HeldBlobs blobs = new(cas.Blobs) { HeldSize = holdsSlow ? SlowBytes : -1 };
        BuildDirectoryOptions options = new() { Directory = directory.Create("build"), ScratchParent = directory["scratch"] };
        return new MountedBuild(directory, store, cas, blobs, await BuildDirectory.StartAsync(options, cas.Directories, blobs), uploaded.Root);
    }

    public Task<BuildRoot> CreateAsync(string? id, bool special = false, OutputRequest? outputs = null, Func<RootOptions, RootOptions>? configure = null)
    {
        RootOptions root = new() { InputRoot = Inputs };
        BuildRootOptions options = new() { Root = configure?.Invoke(root) ?? root, Special = special ? SpecialModes.Auto : SpecialModes.Off, Outputs = outputs };
        return Build.CreateAsync(id, options, CancellationToken.None);
    }

    /// <summary>A shell outside of the roots; $0 is the build directory.</summary>
    public ChildProcess Shell(string script) => ChildProcess.Start(ShellCommand(script));

    public ProcessOutcome Run(string script) => ChildProcess.Run(ShellCommand(script), Limit);

    /// <summary>A shell chrooted into a root.</summary>
    public static ChildProcess Inside(BuildRoot root, string script) =>
        ChildProcess.Start(new ProcessCommand("/usr/sbin/chroot", [root.RootPath, "/bin/sh", "-c", script]));

    public async ValueTask DisposeAsync()
    {
        Blobs.Release();
        await Build.DisposeAsync();
        await Cas.DisposeAsync();
        _store.Dispose();
        _directory.Dispose();
    }

    private ProcessCommand ShellCommand(string script) => new("/bin/sh", ["-c", script, Build.Path]);
}
