namespace VirtualRoot.CasClient.Uploads;

/// <summary>The counters behind <see cref="UploadProgress"/>; told on each step, from any thread.</summary>
internal sealed class UploadCounters(IProgress<UploadProgress>? progress)
{
    private long _files;
    private long _fileBytes;
    private long _directories;
    private long _symlinks;
    private long _skipped;
    private long _blobsSent;
    private long _bytesSent;

    public UploadProgress Now => new(
        Volatile.Read(ref _files),
        Volatile.Read(ref _fileBytes),
        Volatile.Read(ref _directories),
        Volatile.Read(ref _symlinks),
        Volatile.Read(ref _skipped),
        Volatile.Read(ref _blobsSent),
        Volatile.Read(ref _bytesSent));

    public void CountFile(long bytes)
    {
        Interlocked.Increment(ref _files);
        Interlocked.Add(ref _fileBytes, bytes);
        progress?.Report(Now);
    }

    public void CountDirectory() => Interlocked.Increment(ref _directories);

    public void CountSymlink() => Interlocked.Increment(ref _symlinks);

    public void CountSkipped() => Interlocked.Increment(ref _skipped);

    public void CountSent(long bytes)
    {
        Interlocked.Increment(ref _blobsSent);
        Interlocked.Add(ref _bytesSent, bytes);
        progress?.Report(Now);
    }
}
