using VirtualRoot.CasClient.Storage;
using VirtualRoot.Grpc;

namespace VirtualRoot.CasServer;

/// <summary>
/// Uploads that have begun and not ended, by their resource name. One that broke off waits here to be resumed, for a
/// time, and within bounds on number and bytes: what it wrote is on disk but in no account of the store.
/// </summary>
internal sealed class UploadTable : IDisposable
{
    private const int MaxIdle = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<BlobResource, Upload> _uploads = [];
    private readonly BlobStore _store;
    private readonly TimeSpan _idleTimeout;
    private readonly TimeProvider _time;
    private readonly ITimer _sweeper;
    private bool _closed;

    public UploadTable(BlobStore store, TimeSpan idleTimeout, TimeProvider time)
    {
        _store = store;
        _idleTimeout = idleTimeout;
        _time = time;
        _sweeper = time.CreateTimer(_ => Sweep(), null, idleTimeout, idleTimeout);
    }

    /// <summary>Uploads that wait to be resumed, for tests and metrics.</summary>
    public int IdleCount
    {
        get
        {
            lock (_gate)
            {
                return _uploads.Values.Count(static upload => !upload.IsActive);
            }
        }
    }

    /// <summary>The upload of this name, begun now or resumed. The caller releases it.</summary>
    public Upload Acquire(BlobResource resource)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (!_uploads.TryGetValue(resource, out Upload? upload))
            {
                upload = new Upload(_store, resource);
                _uploads.Add(resource, upload);
            }

            if (upload.IsActive)
            {
                throw new RpcException(
                    StatusCode.Aborted, $"upload {resource.Upload} of blob {resource.Digest} is being written by another call: retry");
            }

            upload.IsActive = true;
            return upload;
        }
    }

    /// <summary>Ends a call's hold: a finished upload goes, an unfinished one waits.</summary>
    public void Release(BlobResource resource, Upload upload, bool isFinished)
    {
        lock (_gate)
        {
            upload.IsActive = false;
            upload.LastUse = _time.GetUtcNow();
            if (isFinished || _closed)
            {
                _uploads.Remove(resource);
                upload.Dispose();
            }
        }

        Sweep();
    }

    /// <summary>How far an upload got, in bytes of what its client sends; 0 for one that is not known.</summary>
    public long PositionOf(BlobResource resource)
    {
        lock (_gate)
        {
            return _uploads.TryGetValue(resource, out Upload? upload) ? upload.Received : 0;
        }
    }

    /// <summary>Drops uploads that waited too long, and the oldest beyond the bounds.</summary>
    public void Sweep()
    {
        lock (_gate)
        {
            DateTimeOffset oldest = _time.GetUtcNow() - _idleTimeout;
            KeyValuePair<BlobResource, Upload>[] idle = [.. _uploads.Where(static pair => !pair.Value.IsActive).OrderByDescending(static pair => pair.Value.LastUse)];
            int count = 0;
            long bytes = 0;
            foreach ((BlobResource resource, Upload upload) in idle)
            {
                bytes += upload.Written;
                if (upload.LastUse <= oldest || ++count > MaxIdle || bytes > _store.MaxBytes / 8)
                {
                    _uploads.Remove(resource);
                    upload.Dispose();
                }
            }
        }
    }

    /// <summary>Drops every upload that no call holds; the others go when their calls end.</summary>
    public void Dispose()
    {
        _sweeper.Dispose();
        lock (_gate)
        {
            _closed = true;
            foreach ((BlobResource resource, Upload upload) in _uploads.Where(static pair => !pair.Value.IsActive).ToArray())
            {
                _uploads.Remove(resource);
                upload.Dispose();
            }
        }
    }
}
