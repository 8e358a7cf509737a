using System.Buffers;
using VirtualRoot.CasClient;
using VirtualRoot.Linux;
using VirtualRoot.Tree;

namespace VirtualRoot.Kernel;

/// <content>
/// NOTIFY_STORE: the bytes of a small input go into the page cache at its first OPEN, so that no READ comes. Each root has
/// inodes of its own, so that each action would otherwise ask for every file once more.
/// <para>Stale bytes must never cover newer ones. Under the gate nobody has the file open and nothing has changed it
/// (<see cref="TreeFile.MayBeStored"/>); whoever changes it must come by the gate after this, and the kernel by our answer
/// after that. Nobody can hold a page of the file either, which the notification would wait for: READ has an open file.</para>
/// </content>
public sealed partial class RootFileSystem
{
    // Half of the largest READ. What is larger is often read in part, or mapped.
    private const int LargestStored = 64 * 1024;

    /// <summary>Counts one more open file, for reading alone, and stores its bytes where that is allowed and waits for nothing.</summary>
    private void OpenStored(ulong nodeId, TreeFile file)
    {
        Digest digest;
        lock (file.Root.Gate)
        {
            if (_notifier is null || !file.MayBeStored || file.Size > LargestStored || !file.TryGetBlob(out digest))
            {
                file.Open(writes: false);
                return;
            }
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)digest.SizeBytes);
        try
        {
            Span<byte> bytes = buffer.AsSpan(0, (int)digest.SizeBytes);
            bool isHere = file.Root.Blobs.TryRead(digest, bytes);
            lock (file.Root.Gate)
            {
                if (isHere && file.MayBeStored && _notifier.Store(nodeId, 0, bytes) == Errno.Success)
                {
                    file.NoteRead(isHere: true);
                }

                file.Open(writes: false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
