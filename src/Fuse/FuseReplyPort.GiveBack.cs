using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VirtualRoot.Fuse.Wire;

namespace VirtualRoot.Fuse;

internal sealed partial class FuseReplyPort
{
    /// <summary>Takes back the lookup counts of the first entries of a READDIRPLUS reply that is not sent or not taken.</summary>
    public void GiveBackEntries(in FuseInHeader request, ReadOnlySpan<byte> entries)
    {
        if (request.Opcode != FuseOpcode.READDIRPLUS)
        {
            return;
        }

        int headSize = Unsafe.SizeOf<FuseDirentPlus>();
        while (entries.Length >= headSize)
        {
            FuseDirentPlus head = MemoryMarshal.Read<FuseDirentPlus>(entries);
            int nameLength = (int)Math.Min(head.Dirent.NameLen, (uint)(entries.Length - headSize));
            ReadOnlySpan<byte> name = entries.Slice(headSize, nameLength);
            // The kernel does not count "." and "..".
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
            {
                GiveBackEntry(in head.Entry);
            }

            entries = entries[Math.Min(FuseDirectoryWriter.RecordSize(headSize, nameLength), entries.Length)..];
        }
    }

    private void GiveBackEntry(in FuseEntryOut entry)
    {
        if (entry.NodeId == 0)
        {
            return;
        }

        try
        {
            Context.FileSystem.Forget(entry.NodeId, 1);
        }
#pragma warning disable CA1031 // There is nobody to answer; the thread belongs to whoever replied.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            FuseLog.CallbackFailed(Context.Logger, exception, nameof(IFuseFileSystem.Forget));
        }
    }

    private void GiveBackOpen(in FuseInHeader request, ulong nodeId, in FuseOpenOut open)
    {
        bool directory = request.Opcode == FuseOpcode.OPENDIR;
        // Unique 0: whatever the file system answers, nobody is told.
        FuseInHeader header = new()
        {
            Len = (uint)(Unsafe.SizeOf<FuseInHeader>() + Unsafe.SizeOf<FuseReleaseIn>()),
            Opcode = directory ? FuseOpcode.RELEASEDIR : FuseOpcode.RELEASE,
            NodeId = nodeId,
            Uid = request.Uid,
            Gid = request.Gid,
        };
        // A port of its own: this may be any thread, and the reader's port remembers what the reader has in hand.
        FuseRequest release = new(in header, new FuseReplyPort(Channel, Context));
        FuseReleaseIn input = new() { Fh = open.Fh };
        try
        {
            _ = directory
                ? Context.FileSystem.ReleaseDirectory(in release, in input)
                : Context.FileSystem.Release(in release, in input);
        }
#pragma warning disable CA1031 // There is nobody to answer; the thread belongs to whoever replied.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            FuseLog.CallbackFailed(Context.Logger, exception, nameof(IFuseFileSystem.Release));
        }
    }
}
