using VirtualRoot.Fuse;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special;
using VirtualRoot.Tree;

namespace VirtualRoot.Kernel;

/// <content>OPEN, CREATE, TMPFILE, RELEASE.</content>
public sealed partial class RootFileSystem
{
    private const int AccessModeMask = 3; // O_ACCMODE

    private const uint KillSuidGidOnOpen = 1; // FUSE_OPEN_KILL_SUIDGID

    // The fh of an ordinary file that may be written to; of one that is only read it is 0, or BackedHandle. Special files and
    // directories have those of the handle table between.
    private const ulong WriterHandle = ulong.MaxValue;

    /// <inheritdoc/>
    public FuseResult Open(in FuseRequest request, in FuseOpenIn input, out FuseOpenOut open)
    {
        open = default;
        if (!TryGet(request, out Node? node))
        {
            return Errno.ESTALE;
        }

        int flags = (int)input.Flags;
        if (node is SpecialFile special)
        {
            return OpenSpecial(request, special, flags, out open);
        }

        if (node is not TreeFile file)
        {
            return node.Kind == NodeKind.Directory ? Errno.EISDIR : Errno.ENXIO;
        }

        if (!Writes(flags) && (flags & (int)OpenFlags.O_TRUNC) == 0)
        {
            return OpenToRead(request, file, flags, out open);
        }

        Errno errno = TryOpenToChange(file, input, out bool isBacked);
        open = Opened(flags);
        return isBacked ? OpenToChangeLater(request, file, input) : errno;
    }

    /// <inheritdoc/>
    public FuseResult Create(in FuseRequest request, in FuseCreateIn input, ReadOnlySpan<byte> name, out FuseEntryOut entry, out FuseOpenOut open)
    {
        entry = default;
        bool writes = Writes((int)input.Flags);
        open = Opened((int)input.Flags);
        if (!TryGetTree(request, out TreeDirectory? directory, out Errno errno))
        {
            return errno;
        }

        if (IsReserved(directory, name))
        {
            return Errno.EEXIST;
        }

        NewNode made = new(NodeKind.File, input.Mode, Opens: true, (int)input.Flags);
        errno = TryMake(CallerOf(request), directory, made, name, default, out entry, out bool notLoaded);
        return notLoaded ? CreateLater(request, directory, made, name.ToArray()) : errno;
    }

    /// <inheritdoc/>
    public FuseResult TemporaryFile(in FuseRequest request, in FuseCreateIn input, out FuseEntryOut entry, out FuseOpenOut open)
    {
        entry = default;
        bool writes = Writes((int)input.Flags);
        open = Opened((int)input.Flags);
        if (!TryGetTree(request, out TreeDirectory? directory, out Errno errno))
        {
            return errno;
        }

        lock (directory.Root.Gate)
        {
            errno = directory.MakeUnnamed(input.Mode, CallerOf(request), out TreeFile? file);
            if (errno == Errno.Success)
            {
                Name(file!, out entry);
                file!.Open(writes);
            }

            return errno;
        }
    }

    /// <inheritdoc/>
    public FuseResult Release(in FuseRequest request, in FuseReleaseIn input)
    {
        if (IsSpecial(input.Fh))
        {
            _handles.Remove(input.Fh);
        }
        else if (TryGet(request, out Node? node) && node is TreeFile file)
        {
            lock (file.Root.Gate)
            {
                if (input.Fh == BackedHandle)
                {
                    file.ReleaseBacked();
                }
                else
                {
                    file.Release(input.Fh == WriterHandle);
                }
            }
        }

        return FuseResult.Success;
    }

    private static bool IsSpecial(ulong fh) => fh is not 0 and < BackedHandle;

    private static bool Writes(int flags) => (flags & AccessModeMask) != (int)OpenFlags.O_RDONLY;

    /// <param name="file">The file.</param>
    /// <param name="input">As the kernel asked.</param>
    /// <param name="isBacked">Nothing was done: the bytes must not change yet (<see cref="TreeFile.WaitUntilUnbackedAsync"/>).</param>
    private static Errno TryOpenToChange(TreeFile file, in FuseOpenIn input, out bool isBacked)
    {
        bool writes = Writes((int)input.Flags);
        lock (file.Root.Gate)
        {
            isBacked = false;
            if (writes && file.IsReadOnlyInput)
            {
                return Errno.EACCES;
            }

            isBacked = file.IsBacked;
            if (isBacked)
            {
                return Errno.Success;
            }

            if (((int)input.Flags & (int)OpenFlags.O_TRUNC) != 0)
            {
                Errno errno = file.Truncate(0, out _);
                if (errno != Errno.Success)
                {
                    return errno;
                }

                if ((input.OpenFlags & KillSuidGidOnOpen) != 0)
                {
                    file.DropPrivileges();
                }
            }

            file.Open(writes);
            return Errno.Success;
        }
    }

    private FuseResult OpenToChangeLater(in FuseRequest request, TreeFile file, FuseOpenIn input) =>
        Later(request, file, async (pending, gone) =>
        {
            Errno errno = Errno.Success;
            for (bool isBacked = true; isBacked && errno == Errno.Success;)
            {
                errno = await file.WaitUntilUnbackedAsync(gone).ConfigureAwait(false);
                errno = errno == Errno.Success ? TryOpenToChange(file, input, out isBacked) : errno;
            }

            if (errno == Errno.Success)
            {
                pending.ReplyOpen(Opened((int)input.Flags));
            }
            else
            {
                pending.Reply(errno);
            }
        });

    /// <summary>
    /// How a file is opened. One that is only written to goes past the page cache: that saves a copy of the bytes, the
    /// pages, and a GETXATTR for each file (security.capability, which the cached path asks for at the first write); a
    /// write of 256 MiB takes a third of the time. What others have cached of it stays right, since the kernel drops the
    /// written range after each direct write, as it does since Linux 6.13; older ones write through the cache.
    /// </summary>
    private FuseOpenOut Opened(int flags) => new()
    {
        Fh = Writes(flags) ? WriterHandle : 0,
        OpenFlags = _writesDirectly && (flags & AccessModeMask) == (int)OpenFlags.O_WRONLY
            ? FuseOpenFlags.KeepCache | FuseOpenFlags.DirectIo
            : FuseOpenFlags.KeepCache,
    };

    private FuseResult CreateLater(in FuseRequest request, TreeDirectory directory, NewNode made, byte[] name) =>
        Later(request, directory, pending =>
        {
            Errno errno = TryMake(CallerOf(pending), directory, made, name, default, out FuseEntryOut entry, out bool notLoaded);
            if (notLoaded)
            {
                return directory;
            }

            if (errno == Errno.Success)
            {
                pending.ReplyCreate(entry, Opened(made.Flags));
            }
            else
            {
                pending.Reply(errno);
            }

            return null;
        });
}
