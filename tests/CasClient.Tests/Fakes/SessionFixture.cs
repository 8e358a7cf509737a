using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Directories;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.CasClient.Storage;

namespace VirtualRoot.CasClient.Tests.Fakes;

/// <summary>A fake CAS, an empty store and a session between them; all go with the test.</summary>
public abstract class SessionFixture : IAsyncLifetime
{
    private readonly string _folder = System.IO.Directory.CreateTempSubdirectory("vroot-casclient-").FullName;
    private readonly List<IAsyncDisposable> _sessions = [];

    private protected FakeCas Cas { get; private set; } = null!;

    private protected BlobStore Store { get; private set; } = null!;

    private protected string Folder => _folder;

    public async Task InitializeAsync()
    {
        Cas = await FakeCas.StartAsync();
        Store = BlobStore.Open(new BlobStoreOptions { Directory = Path.Join(_folder, "store") });
    }

    public async Task DisposeAsync()
    {
        foreach (IAsyncDisposable session in _sessions)
        {
            await session.DisposeAsync();
        }

        await Cas.DisposeAsync();
        Store.Dispose();
        System.IO.Directory.Delete(_folder, recursive: true);
    }

    private protected CasSession Open(Func<CasEndpointOptions, CasEndpointOptions>? change = null, DirectoryLimits? limits = null)
    {
        var session = CasSession.Open(Store, change is null ? Cas.Endpoint() : change(Cas.Endpoint()), limits);
        _sessions.Add(session);
        return session;
    }

    private protected static byte[] Read(BlobLease lease)
    {
        using (lease)
        {
            byte[] bytes = new byte[lease.SizeBytes];
            Assert.Equal(bytes.Length, RandomAccess.Read(lease.Handle, bytes, 0));
            return bytes;
        }
    }

    private protected static byte[] RandomBytes(int length, int seed = 1)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private protected static async Task<CasException> FailsAsync(CasErrorKind kind, Func<Task> act)
    {
        CasException exception = await Assert.ThrowsAsync<CasException>(act);
        Assert.True(exception.Kind == kind, $"{exception.Kind}: {exception.Message}");
        Assert.DoesNotContain('\n', exception.Message);
        return exception;
    }

    /// <summary>Nothing of a failed fetch is left behind, visible or staged.</summary>
    private protected void StoreHasNo(Digest digest)
    {
        Assert.False(Store.Contains(digest));
        Assert.DoesNotContain(
            System.IO.Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories),
            path => path.Contains("staging", StringComparison.Ordinal) && new FileInfo(path).Length > 0);
    }
}
