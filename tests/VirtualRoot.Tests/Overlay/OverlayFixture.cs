using System.Text;
using VirtualRoot.CasClient;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Scratch;
using VirtualRoot.Tests.Kernel;
using VirtualRoot.Tree;

namespace VirtualRoot.Tests.Overlay;

/// <summary>A root with one input file, <c>input</c>, whose bytes are not at hand; its tree is used as the adapter uses it.</summary>
internal sealed class OverlayFixture : IDisposable
{
    public const string InputText = "the bytes of the input";

    private readonly TreeFixture _fixture;

    public OverlayFixture(long? quotaBytes = null, long? quotaInodes = null, InputMode inputs = InputMode.CopyOnWrite, int copies = 1)
    {
        (string, object)[] entries = [.. Enumerable.Range(0, copies).Select(index => ("input" + (index == 0 ? "" : index), (object)InputText))];
        _fixture = new TreeFixture(Cas, Cas.AddDirectory(entries), inputs, options => options with { QuotaBytes = quotaBytes, QuotaInodes = quotaInodes });
        Cas.BlobFetches.Clear();
    }

    public InMemoryCas Cas { get; } = new();

    public Root Root => _fixture.Root;

    public RootQuota Quota => _fixture.Root.Quota;

    public TreeFile Input => (TreeFile)Find("input");

    /// <summary>Files in the scratch folder, but for the daemon's own.</summary>
    public int ScratchFileCount => Directory.EnumerateFiles(Path.GetDirectoryName(_fixture.Scratch.MountPoint)!).Count(path => Path.GetFileName(path) != "lock");

    public TreeNode Find(string name)
    {
        lock (Root.Gate)
        {
            Assert.Equal(NameState.Present, Root.Top.Find(Encoding.UTF8.GetBytes(name), out TreeNode? node));
            return node!;
        }
    }

    public Errno TryCreate(string name, out TreeFile? file)
    {
        lock (Root.Gate)
        {
            Errno errno = Root.Top.Make(Encoding.UTF8.GetBytes(name), NodeKind.File, 0x1a4, default, default, out TreeNode? node);
            file = node as TreeFile;
            return errno;
        }
    }

    public TreeFile Create(string name)
    {
        Assert.Equal(Errno.Success, TryCreate(name, out TreeFile? file));
        return file!;
    }

    public void Open(TreeFile file, bool writes = true)
    {
        lock (Root.Gate)
        {
            file.Open(writes);
        }
    }

    /// <summary>A reply names the file: the kernel holds a reference.</summary>
    public void Know(TreeFile file) => _fixture.Nodes.Reference(file);

    /// <summary>FORGET.</summary>
    public void Forget(TreeFile file) => _fixture.Nodes.Forget(file.NodeId, 1);

    public void Release(TreeFile file, bool wrote = true)
    {
        lock (Root.Gate)
        {
            file.Release(wrote);
        }
    }

    /// <summary>As WRITE does; false if the blob must be copied up first.</summary>
    public bool TryWrite(TreeFile file, long offset, string text, out Errno errno)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        ContentChange change;
        lock (Root.Gate)
        {
            errno = file.BeginChange((ulong)offset, (ulong)bytes.Length, out change);
        }

        if (errno != Errno.Success || change.IsNone)
        {
            return errno != Errno.Success;
        }

        Assert.Equal(bytes.Length, Syscall.PWrite(change.Use.Handle!, bytes, offset));
        long allocated = TreeFile.Measure(change.Use);
        lock (Root.Gate)
        {
            file.EndChange(change, Math.Max(file.Size, (ulong)(offset + bytes.Length)), allocated);
        }

        return true;
    }

    /// <summary>fallocate with FALLOC_FL_KEEP_SIZE, from the file's end.</summary>
    public void AllocateBehindTheEnd(TreeFile file, int bytes)
    {
        ContentChange change;
        lock (Root.Gate)
        {
            Assert.Equal(Errno.Success, file.BeginChange(file.Size, (ulong)bytes, out change));
        }

        Assert.Equal(0, Syscall.Fallocate(change.Use.Handle!, 1 /* FALLOC_FL_KEEP_SIZE */, (long)file.Size, bytes));
        long allocated = TreeFile.Measure(change.Use);
        lock (Root.Gate)
        {
            file.EndChange(change, null, allocated);
        }
    }

    public void Write(TreeFile file, long offset, string text)
    {
        Assert.True(TryWrite(file, offset, text, out Errno errno));
        Assert.Equal(Errno.Success, errno);
    }

    public Errno Truncate(TreeFile file, ulong size, out bool needsCopyUp)
    {
        lock (Root.Gate)
        {
            return file.Truncate(size, out needsCopyUp);
        }
    }

    public void Unlink(string name)
    {
        lock (Root.Gate)
        {
            Assert.Equal(Errno.Success, Root.Top.Unlink(Encoding.UTF8.GetBytes(name), out _));
        }
    }

    public bool TryGetBlob(TreeFile file, out Digest digest)
    {
        lock (Root.Gate)
        {
            return file.TryGetBlob(out digest);
        }
    }

    /// <summary>All of a file's bytes, fetched if need be.</summary>
    public async Task<string> ReadAsync(TreeFile file)
    {
        while (true)
        {
            DescriptorUse use;
            ulong size;
            lock (Root.Gate)
            {
                size = file.Size;
                if (size == 0)
                {
                    return ""; // as READ: nothing is opened for it
                }

                Assert.Equal(Errno.Success, file.TryGetReadable(out use));
            }

            using (use)
            {
                if (use.Handle is not null)
                {
                    byte[] bytes = new byte[size];
                    return Encoding.UTF8.GetString(bytes, 0, Syscall.PRead(use.Handle, bytes, 0));
                }
            }

            await file.FetchAsync(CancellationToken.None);
        }
    }

    public void Dispose() => _fixture.Dispose();
}
