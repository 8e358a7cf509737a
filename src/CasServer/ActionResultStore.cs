using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using VirtualRoot.CasClient;

namespace VirtualRoot.CasServer;

/// <summary>
/// Action results on disk: <c>actions/&lt;instance&gt;/&lt;2 hex&gt;/&lt;hash&gt;-&lt;size&gt;</c>, each led by the SHA-256 of
/// its bytes, so that what a crash or a hand damaged is known and counts as absent. Written beside and renamed; bounded
/// in number, by last use.
/// </summary>
internal sealed class ActionResultStore
{
    private readonly string _root;
    private readonly int _maxResults;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private int? _count;

    public ActionResultStore(string directory, int maxResults, ILogger logger)
    {
        _root = Path.Join(directory, "actions");
        _maxResults = maxResults;
        _logger = logger;
        Directory.CreateDirectory(_root);
        foreach (string leftover in Directory.EnumerateFiles(_root, "*.tmp", SearchOption.TopDirectoryOnly))
        {
            // Written within a moment: an old one is of a process that died. Another server's live one is young.
            if (DateTime.UtcNow - File.GetLastWriteTimeUtc(leftover) > TimeSpan.FromMinutes(1))
            {
                File.Delete(leftover);
            }
        }
    }

    /// <summary>The serialized result, or null.</summary>
    public byte[]? TryGet(string instance, in Digest action)
    {
        string path = PathOf(instance, action);
        byte[] file;
        try
        {
            file = File.ReadAllBytes(path);
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
        }
        catch (IOException exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        if (file.Length >= SHA256.HashSizeInBytes
            && SHA256.HashData(file.AsSpan(SHA256.HashSizeInBytes)).AsSpan().SequenceEqual(file.AsSpan(0, SHA256.HashSizeInBytes)))
        {
            return file[SHA256.HashSizeInBytes..];
        }

        _logger.DroppedDamagedResult(action);
        File.Delete(path);
        return null;
    }

    /// <summary>Stores a serialized result.</summary>
    /// <exception cref="CasException">It cannot be written.</exception>
    public void Put(string instance, in Digest action, ReadOnlySpan<byte> result)
    {
        string path = PathOf(instance, action);
        string temporary = Path.Join(_root, $"{Guid.NewGuid():N}.tmp");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(temporary, [.. SHA256.HashData(result), .. result]);
            bool isNew = !File.Exists(path);
            File.Move(temporary, path, overwrite: true);
            if (isNew)
            {
                Bound();
            }
        }
        catch (IOException exception)
        {
            File.Delete(temporary);
            throw new CasException(
                CasErrorKind.LimitExceeded, $"cannot store the result of action {action}: {exception.Message}; free space on that disk", action, exception);
        }
    }

    private void Bound()
    {
        lock (_gate)
        {
            _count = _count is int count ? count + 1 : Files().Count();
            if (_count <= _maxResults)
            {
                return;
            }

            // Down to nine tenths, so that the next thousands of results cost no scan.
            FileInfo[] files = [.. Files().OrderBy(static file => file.LastWriteTimeUtc)];
            int keep = (int)Math.Max(1, _maxResults * 0.9);
            foreach (FileInfo file in files.Take(files.Length - keep))
            {
                file.Delete();
            }

            _count = Math.Min(files.Length, keep);
        }
    }

    private IEnumerable<FileInfo> Files() =>
        new DirectoryInfo(_root).EnumerateFiles("*", SearchOption.AllDirectories).Where(static file => file.Extension != ".tmp");

    // An instance name is the client's: its hash makes a safe name of it.
    private string PathOf(string instance, in Digest action)
    {
        string name = instance.Length == 0 ? "default" : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(instance)).AsSpan(0, 16));
        string hash = action.HashHex;
        return Path.Join(_root, name, hash[..2], string.Create(CultureInfo.InvariantCulture, $"{hash}-{action.SizeBytes}"));
    }
}
