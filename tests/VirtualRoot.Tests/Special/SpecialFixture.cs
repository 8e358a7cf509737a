using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special;

namespace VirtualRoot.VirtualRoot.Tests.Special;

/// <summary>A special tree without a mount, walked as the kernel would: LOOKUP by LOOKUP, links as their readers resolve them.</summary>
public sealed class SpecialFixture : IDisposable
{
    public SpecialFixture(string mountPoint = "/", bool realDevices = false, ILogger? logger = null, MachineLimits? limits = null, SpecialModes? modes = null)
    {
        Table = new NodeTable(new PlainNode());
        Tree = new SpecialTree(Table, new SpecialOptions { MountPoint = mountPoint, RealDeviceNodes = realDevices, Limits = limits ?? new MachineLimits(), Modes = modes ?? SpecialModes.Auto }, logger ?? NullLogger.Instance);
    }

    public NodeTable Table { get; }

    public SpecialTree Tree { get; }

    public static Caller As(int pid, uint uid = 0, uint gid = 0) => new(pid, uid, gid);

    /// <summary>Walks <paramref name="path"/> below /proc or /dev; links on the way are not followed, but for self and thread-self.</summary>
    public Errno Walk(Caller caller, string path, out SpecialNode? node)
    {
        string[] names = path.Split('/');
        node = names[0] switch { "dev" => Tree.Dev, "sys" => Tree.Sys, _ => Tree.Proc };
        for (int i = 1; i < names.Length; i++)
        {
            if (node is SpecialLink link)
            {
                string target = ReadLink(caller, link);
                Errno through = Walk(caller, "proc/" + target, out node);
                if (through != Errno.Success)
                {
                    return through;
                }
            }

            if (node is not SpecialDirectory directory)
            {
                return Errno.ENOTDIR;
            }

            Errno errno = directory.Lookup(caller, Encoding.UTF8.GetBytes(names[i]), out node);
            if (errno != Errno.Success)
            {
                return errno;
            }
        }

        return Errno.Success;
    }

    public SpecialNode Get(Caller caller, string path)
    {
        Assert.Equal((path, Errno.Success), (path, Walk(caller, path, out SpecialNode? node)));
        return node!;
    }

    public string ReadLink(Caller caller, SpecialLink link)
    {
        byte[] target = new byte[4096];
        Assert.Equal(Errno.Success, link.ReadLink(caller, target, out int length));
        return Encoding.UTF8.GetString(target, 0, length);
    }

    public string ReadLink(Caller caller, string path) => ReadLink(caller, Assert.IsAssignableFrom<SpecialLink>(Get(caller, path)));

    public Errno LinkErrno(Caller caller, string path) =>
        Assert.IsAssignableFrom<SpecialLink>(Get(caller, path)).ReadLink(caller, new byte[4096], out _);

    public SpecialHandle Open(Caller caller, string path, int flags = 0)
    {
        Assert.Equal(Errno.Success, Assert.IsAssignableFrom<SpecialFile>(Get(caller, path)).Open(caller, flags, out SpecialHandle? handle));
        return handle!;
    }

    public Errno OpenErrno(Caller caller, string path, int flags = 0)
    {
        Errno errno = Assert.IsAssignableFrom<SpecialFile>(Get(caller, path)).Open(caller, flags, out SpecialHandle? handle);
        handle?.Dispose();
        return errno;
    }

    public string ReadFile(Caller caller, string path)
    {
        using SpecialHandle handle = Open(caller, path);
        return ReadFile(handle);
    }

    public static string ReadFile(SpecialHandle handle)
    {
        MemoryStream content = new();
        byte[] buffer = new byte[4096];
        while (true)
        {
            Assert.Equal(Errno.Success, handle.Read((ulong)content.Length, buffer, out int length));
            if (length == 0)
            {
                return Encoding.UTF8.GetString(content.ToArray());
            }

            content.Write(buffer, 0, length);
        }
    }

    public string[] List(Caller caller, string path)
    {
        List<SpecialEntry> entries = [];
        Assert.Equal(Errno.Success, Assert.IsAssignableFrom<SpecialDirectory>(Get(caller, path)).List(caller, entries));
        return [.. entries.Select(static entry => Encoding.UTF8.GetString(entry.Name))];
    }

    public void Dispose() => Tree.Dispose();

    private sealed class PlainNode() : Node(1)
    {
        public override NodeKind Kind => NodeKind.Directory;
    }
}
