using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Storage;
using VirtualRoot.CasClient.Uploads;
using VirtualRoot.Fuse;
using VirtualRoot.Mounting;
using VirtualRoot.Special;
using VirtualRoot.Tree;

namespace VirtualRoot.Bench;

/// <summary>A mount served by this process, from a store on disk.</summary>
internal sealed class BenchRoot : IAsyncDisposable
{
    private readonly CasSession _session;
    private readonly MountedRoot _mounted;

    private BenchRoot(CasSession session, MountedRoot mounted)
    {
        _session = session;
        _mounted = mounted;
    }

    public string MountPoint => _mounted.MountPoint;

    public static async Task<Digest> PushAsync(BlobStore store, string directory)
    {
        UploadResult result = await TreeUploader.UploadAsync(directory, new LocalBlobSink(store), new UploadOptions(), null, CancellationToken.None);
        return result.Root;
    }

    public static async Task<BenchRoot> MountAsync(BlobStore store, Digest root, string workDirectory, bool special = false)
    {
        CasSession session = CasSession.Open(store, null);
        MountedRootOptions options = new()
        {
            Root = new RootOptions { InputRoot = root },
            ScratchParent = Path.Combine(workDirectory, "scratch"),
            Special = special ? SpecialModes.Synthesized : SpecialModes.Off,
        };
        return new BenchRoot(session, await MountedRoot.StartAsync(options, session.Directories, session.Blobs, CancellationToken.None));
    }

    public FuseStatisticsSnapshot Statistics() => _mounted.Statistics.Snapshot();

    public async ValueTask DisposeAsync()
    {
        await _mounted.DisposeAsync();
        await _session.DisposeAsync();
    }
}
