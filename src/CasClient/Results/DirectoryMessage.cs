using Google.Protobuf;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.CasClient.Uploads;

namespace VirtualRoot.CasClient.Results;

/// <summary>A REAPI <c>Directory</c> in the making; its entries come in any order. Not for several threads at once.</summary>
public sealed class DirectoryMessage
{
    private readonly List<Protos.FileNode> _files = [];
    private readonly List<Protos.DirectoryNode> _directories = [];
    private readonly List<Protos.SymlinkNode> _symlinks = [];

    /// <summary>Adds a file.</summary>
    public void AddFile(string name, in Digest digest, bool isExecutable, in NodeProperties properties = default) => _files.Add(new Protos.FileNode
    {
        Name = name,
        Digest = digest.ToMessage(),
        IsExecutable = isExecutable,
        NodeProperties = PropertiesMessage.From(properties),
    });

    /// <summary>Adds a directory.</summary>
    public void AddDirectory(string name, in Digest digest) =>
        _directories.Add(new Protos.DirectoryNode { Name = name, Digest = digest.ToMessage() });

    /// <summary>Adds a symbolic link.</summary>
    public void AddSymlink(string name, string target, in NodeProperties properties = default) =>
        _symlinks.Add(new Protos.SymlinkNode { Name = name, Target = target, NodeProperties = PropertiesMessage.From(properties) });

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
