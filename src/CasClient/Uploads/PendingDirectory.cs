using VirtualRoot.CasClient.Results;

namespace VirtualRoot.CasClient.Uploads;

/// <summary>
/// A directory whose children are not all known yet. It is held by its walker and by each file and directory below it;
/// when the last hold goes it is encoded. Lock: its own, never held across a call to another.
/// </summary>
internal sealed class PendingDirectory(PendingDirectory? parent, string name, string path)
{
    private readonly Lock _gate = new();
    private readonly DirectoryMessage _message = new();
    private int _holds = 1;

    public PendingDirectory? Parent { get; } = parent;

    /// <summary>Its name in <see cref="Parent"/>.</summary>
    public string Name { get; } = name;

    public string Path { get; } = path;

    /// <summary>Announces a file or directory that will be added.</summary>
    public void Hold()
    {
        lock (_gate)
        {
            _holds++;
        }
    }

    /// <summary>Ends one hold.</summary>
    /// <returns>Whether it was the last: the directory is complete, and the caller's to encode.</returns>
    public bool Release()
    {
        lock (_gate)
        {
            return --_holds == 0;
        }
    }

    public void AddFile(string entry, in Digest digest, bool isExecutable)
    {
        lock (_gate)
        {
            _message.AddFile(entry, digest, isExecutable);
        }
    }

    public void AddDirectory(string entry, in Digest digest)
    {
        lock (_gate)
        {
            _message.AddDirectory(entry, digest);
        }
    }

    public void AddSymlink(string entry, string target)
    {
        lock (_gate)
        {
            _message.AddSymlink(entry, target);
        }
    }

    /// <summary>The canonical encoding.</summary>
    public byte[] Encode() => _message.Encode();
}
