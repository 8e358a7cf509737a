using Google.Protobuf;

namespace VirtualRoot.CasClient.Uploads;

/// <summary>
/// A directory whose children are not all known yet. It is held by its walker and by each file and directory below it;
/// when the last hold goes it is encoded. Lock: its own, never held across a call to another.
/// </summary>
internal sealed class PendingDirectory(PendingDirectory? parent, string name, string path)
{
    private readonly Lock _gate = new();
    private readonly List<Protos.FileNode> _files = [];
    private readonly List<Protos.DirectoryNode> _directories = [];
    private readonly List<Protos.SymlinkNode> _symlinks = [];
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

    public void AddFile(string entry, Protos.Digest digest, bool isExecutable)
    {
        lock (_gate)
        {
            _files.Add(new Protos.FileNode { Name = entry, Digest = digest, IsExecutable = isExecutable });
        }
    }

    public void AddDirectory(string entry, Protos.Digest digest)
    {
        lock (_gate)
        {
            _directories.Add(new Protos.DirectoryNode { Name = entry, Digest = digest });
        }
    }

    public void AddSymlink(string entry, string target)
    {
        lock (_gate)
        {
            _symlinks.Add(new Protos.SymlinkNode { Name = entry, Target = target });
        }
    }

    /// <summary>The canonical encoding: each kind sorted by the bytes of its names.</summary>
    public byte[] Encode()
    {
        var message = new Protos.Directory();
        message.Files.AddRange(_files.OrderBy(node => node.Name, Utf8Order.Instance));
        message.Directories.AddRange(_directories.OrderBy(node => node.Name, Utf8Order.Instance));
        message.Symlinks.AddRange(_symlinks.OrderBy(node => node.Name, Utf8Order.Instance));
        return message.ToByteArray();
    }
}
