using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Results;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Outputs;
using VirtualRoot.Tests.Kernel;
using VirtualRoot.Tree;

namespace VirtualRoot.Tests.Outputs;

/// <summary>A root without a mount, and captures of it into a sink in memory.</summary>
public abstract class CaptureFixture : IDisposable
{
    private TreeFixture? _tree;

    private protected InMemoryCas Cas { get; } = new();

    private protected MemorySink Sink { get; } = new();

    private protected TreeFixture Tree => _tree!;

    private protected TreeDirectory Top => Tree.Root.Top;

    public void Dispose()
    {
        _tree?.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected void Open(Digest root)
    {
        Sink.Present.Add(root);
        _tree = new TreeFixture(Cas, root);
    }

    private protected async Task<CapturedOutputs> CaptureAsync(OutputRequest request)
    {
        await using OutputCapture capture = new(Tree.Root, request with { WriterPatience = TimeSpan.FromMilliseconds(50) });
        return await capture.CaptureAsync(Sink, null, null, CancellationToken.None);
    }

    private protected Task<CapturedOutputs> CaptureAsync(params string[] paths) => CaptureAsync(new OutputRequest { Paths = paths });

    private protected async Task<OutputException> FailsAsync(OutputErrorKind kind, OutputRequest request)
    {
        OutputException exception = await Assert.ThrowsAsync<OutputException>(() => CaptureAsync(request));
        Assert.True(exception.Kind == kind, $"{exception.Kind}: {exception.Message}");
        Assert.DoesNotContain('\n', exception.Message);
        return exception;
    }

    private protected NodeMetadata Metadata(uint mode = 0x1a4)
    {
        lock (Tree.Root.Gate)
        {
            return Top.NewMetadata(NodeKind.File, mode, new Caller(0, TreeFixture.Uid, TreeFixture.Uid));
        }
    }

    private protected TreeDirectory MakeDirectory(TreeDirectory parent, byte[] name)
    {
        lock (Tree.Root.Gate)
        {
            TreeDirectory made = new(parent, Tree.Root.Inodes.NextCreated(), parent.NewMetadata(NodeKind.Directory, 0x1ed, new Caller(0, 0, 0)));
            Assert.Equal(Errno.Success, parent.Add(name, made));
            return made;
        }
    }

    private protected void Add(TreeDirectory parent, byte[] name, TreeNode node)
    {
        lock (Tree.Root.Gate)
        {
            Assert.Equal(Errno.Success, parent.Add(name, node));
        }
    }

    private protected void Rename(string from, string to)
    {
        lock (Tree.Root.Gate)
        {
            Assert.Equal(Errno.Success, Top.Rename(TreeFixture.Bytes(from), Top, TreeFixture.Bytes(to), 0, out TreeDirectory? notLoaded));
            Assert.Null(notLoaded);
        }
    }

    private protected static OutputRequest Directories(OutputDirectoryFormat format, params string[] paths) =>
        new() { Paths = paths, DirectoryFormat = format };
}
