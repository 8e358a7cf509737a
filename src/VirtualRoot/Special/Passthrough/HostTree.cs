using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;

namespace VirtualRoot.Special.Passthrough;

/// <summary>
/// One of the daemon's own /proc, /sys and /dev, opened once, by descriptor. Paths are walked beneath it, without following
/// a link, and never into our own mount.
/// </summary>
internal sealed class HostTree : IDisposable
{
    private const ResolveFlags Walk = ResolveFlags.Beneath | ResolveFlags.NoSymlinks | ResolveFlags.NoMagicLinks;
    private const int DirentType = 18;
    private const int DirentName = 19;

    private readonly SafeFileHandle _top;

    /// <summary>Opens <c>/<paramref name="name"/></c>.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public HostTree(SpecialContext context, string name)
    {
        Context = context;
        Name = name;
        using SafeFileHandle anchor = new(-100, ownsHandle: false); // AT_FDCWD, which an absolute path ignores
        int result = Syscall.OpenAt(anchor, Encoding.UTF8.GetBytes($"/{name}\0"), OpenFlags.O_PATH | OpenFlagsOfThisMachine.O_DIRECTORY);
        _top = result >= 0
            ? new SafeFileHandle(result, ownsHandle: true)
            : throw new IOException($"opening /{name}, which is to be passed through, failed with {(Errno)(-result)}: mount it where the daemon runs");
    }

    /// <summary>The root's.</summary>
    public SpecialContext Context { get; }

    /// <summary>proc, sys or dev.</summary>
    public string Name { get; }

    /// <summary>What is at <paramref name="path"/> (below the top; empty: the top), with its attributes.</summary>
    /// <returns>ENOENT also for what is withheld.</returns>
    public Errno Find(string path, SpecialNode? node, out NodeAttributes attributes)
    {
        attributes = default;
        if (HostRules.Denies($"{Name}/{path}"))
        {
            return Errno.ENOENT;
        }

        Errno errno = Open(path, OpenFlags.O_PATH, out SafeFileHandle? file);
        if (file is null)
        {
            return errno;
        }

        using (file)
        {
            errno = (Errno)(-Syscall.StatXCached(file, "\0"u8, StatXMask.STATX_BASIC_STATS, out StatXBuffer found));
            NodeKind kind = (NodeKind)(found.Mode & 0xf000);
            if (errno != Errno.Success || !HostRules.Shows(kind, Context.Options.RealDeviceNodes)
                || (found.FileSystemMajor, found.FileSystemMinor) == Context.Mount.Device)
            {
                return errno == Errno.Success ? Errno.ENOENT : errno;
            }

            attributes = new NodeAttributes
            {
                Inode = node?.Inode ?? 0,
                Kind = kind,
                Permissions = found.Mode & 0xfffu,
                Links = found.LinkCount,
                Size = found.Size,
                Uid = found.UserId,
                Gid = found.GroupId,
                Device = (found.DeviceMinor & 0xff) | (found.DeviceMajor << 8) | ((found.DeviceMinor & ~0xffu) << 12),
                AccessTime = new NodeTime(found.AccessTime.Seconds, found.AccessTime.Nanoseconds),
                ModificationTime = new NodeTime(found.ModificationTime.Seconds, found.ModificationTime.Nanoseconds),
                ChangeTime = new NodeTime(found.ChangeTime.Seconds, found.ChangeTime.Nanoseconds),
                BirthTime = new NodeTime(found.ChangeTime.Seconds, found.ChangeTime.Nanoseconds),
            };
            return Errno.Success;
        }
    }

    /// <summary>Opens what is at <paramref name="path"/>; the last name, too, is not followed.</summary>
    public Errno Open(string path, OpenFlags flags, out SafeFileHandle? file)
    {
        byte[] walked = Encoding.UTF8.GetBytes(path.Length == 0 ? ".\0" : path + "\0");
        int result = Syscall.OpenAt2(_top, walked, flags | (flags.HasFlag(OpenFlags.O_PATH) ? 0 : OpenFlags.O_NOCTTY) | OpenFlagsOfThisMachine.O_NOFOLLOW, Walk);
        file = result < 0 ? null : new SafeFileHandle(result, ownsHandle: true);
        return result < 0 ? (Errno)(-result) : Errno.Success;
    }

    /// <summary>Adds the names of a directory that are shown.</summary>
    public Errno List(string path, List<SpecialEntry> entries)
    {
        Errno errno = Open(path, OpenFlagsOfThisMachine.O_DIRECTORY, out SafeFileHandle? directory);
        if (directory is null)
        {
            return errno;
        }

        using (directory)
        {
            Span<byte> buffer = stackalloc byte[8192];
            while (true)
            {
                int count = Syscall.GetDents(directory, buffer);
                if (count <= 0)
                {
                    return (Errno)(-count);
                }

                for (int at = 0; at < count; at += BinaryPrimitives.ReadUInt16LittleEndian(buffer[(at + 16)..]))
                {
                    ReadOnlySpan<byte> name = buffer[(at + DirentName)..count];
                    Add(path, name[..name.IndexOf((byte)0)], (NodeKind)(buffer[at + DirentType] << 12), entries);
                }
            }
        }
    }

    /// <summary>The path of a name in a directory.</summary>
    public static string Join(string directory, string name) => directory.Length == 0 ? name : $"{directory}/{name}";

    /// <summary>The inode number of a path.</summary>
    public ulong InodeOf(string path) => SpecialInode.Of(Encoding.UTF8.GetBytes($"{Name}/{path}"));

    /// <inheritdoc/>
    public void Dispose() => _top.Dispose();

    private void Add(string directory, ReadOnlySpan<byte> name, NodeKind kind, List<SpecialEntry> entries)
    {
        string path = Join(directory, Encoding.UTF8.GetString(name));
        if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8) && !HostRules.Denies($"{Name}/{path}")
            && HostRules.Shows(kind, Context.Options.RealDeviceNodes))
        {
            entries.Add(new SpecialEntry(name.ToArray(), kind, InodeOf(path)));
        }
    }
}
