using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using VirtualRoot.CasClient.Directories;
using VirtualRoot.CasClient.Tests.Fakes;
using VirtualRoot.CasClient.Uploads;

namespace VirtualRoot.CasClient.Tests.Uploads;

public sealed class TreeUploaderTests : SessionFixture
{
    private string Tree => Path.Join(Folder, "tree");

    [Fact]
    public async Task Upload_TreeOfEveryKind_ComesBackTheSame()
    {
        Write("a.txt", "hello"u8.ToArray());
        Write("bin/tool", RandomBytes(500_000), executable: true);
        Write("bin/empty", []);
        Write("deep/er/and/deeper/file", RandomBytes(70_000));
        System.IO.Directory.CreateDirectory(Path.Join(Tree, "void"));
        File.CreateSymbolicLink(Path.Join(Tree, "link"), "../outside/nowhere");
        File.CreateSymbolicLink(Path.Join(Tree, "dirlink"), "bin");
        CasSession session = Open();

        UploadResult result = await UploadAsync(session.Sink);

        DirectoryListing root = await session.Directories.GetAsync(result.Root, default);
        Assert.Equal(["a.txt", "bin", "deep", "dirlink", "link", "void"], Enumerable.Range(0, root.Count).Select(i => Encoding.UTF8.GetString(root.GetName(i))));
        Assert.Equal("../outside/nowhere"u8, root.GetTarget(root.Find("link"u8)));
        Assert.Equal(DirectoryEntryKind.Symlink, root.GetKind(root.Find("dirlink"u8)));
        DirectoryListing bin = await session.Directories.GetAsync(root.GetDigest(root.Find("bin"u8)), default);
        Assert.Equal([false, true], [bin.IsExecutable(bin.Find("empty"u8)), bin.IsExecutable(bin.Find("tool"u8))]);
        Assert.Equal(RandomBytes(500_000), Read(await session.Blobs.OpenAsync(bin.GetDigest(bin.Find("tool"u8)), default)));
        Assert.Empty(Read(await session.Blobs.OpenAsync(bin.GetDigest(bin.Find("empty"u8)), default)));
        Assert.Equal((4, 2), (result.Totals.Files, result.Totals.Symlinks));
        TreeTotals totals = await TreeTotals.ComputeAsync(result.Root, session.Directories, session.Limits, default);
        Assert.Equal((4, 7, 570_005), (totals.Files, totals.Directories, totals.FileBytes));
        Assert.Equal(result.Totals.Directories, totals.Directories);
    }

    [Fact]
    public async Task Upload_SameTreeTwice_HasTheSameRootAndSendsNothing()
    {
        for (int i = 0; i < 300; i++)
        {
            Write($"d{i % 17}/f{i}", RandomBytes(100 + i, i));
        }

        CasSession session = Open();
        UploadResult first = await UploadAsync(session.Sink);
        UploadResult second = await UploadAsync(session.Sink, new UploadOptions { HashThreads = 1, Uploads = 1 });
        Assert.Equal(first.Root, second.Root);
        Assert.Equal((318, 0), (first.Totals.BlobsSent, second.Totals.BlobsSent));
        Assert.InRange(Cas.CallsOf("BatchUpdateBlobs"), 1, 100);
    }

    [Fact]
    public async Task Upload_LocalSink_GivesTheSameRootWithoutAServer()
    {
        Write("x/y", RandomBytes(100_000));
        Write("z", RandomBytes(10));
        UploadResult remote = await UploadAsync(Open().Sink);
        UploadResult local = await UploadAsync(new LocalBlobSink(Store));
        Assert.Equal(remote.Root, local.Root);
        Assert.True(Store.Verify(local.Root));
        await using var session = CasSession.Open(Store, null);
        TreeTotals totals = await TreeTotals.ComputeAsync(local.Root, session.Directories, session.Limits, default);
        Assert.Equal(100_010, totals.FileBlobBytes);
    }

    [Fact]
    public async Task Upload_NamesBeyondTheBasicPlane_AreSortedByTheirBytes()
    {
        // U+FFFC is above a surrogate pair in UTF-16, and below it in UTF-8.
        string[] names = ["\ufffc", "\U0001f600", "z", "é", "Z"];
        foreach (string name in names)
        {
            Write(name, [1]);
        }

        CasSession session = Open();
        DirectoryListing root = await session.Directories.GetAsync((await UploadAsync(session.Sink)).Root, default);
        Assert.All(names, name => Assert.True(root.Find(Encoding.UTF8.GetBytes(name)) >= 0));
    }

    [Fact]
    public async Task Upload_Socket_IsRefusedWithItsPathOrSkipped()
    {
        Write("file", [1]);
        string path = Path.Join(Tree, "sock");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));

        CasException exception = await FailsAsync(CasErrorKind.Other, () => UploadAsync(Open().Sink));
        Assert.Contains(path, exception.Message);
        Assert.Contains("socket", exception.Message);
        UploadResult result = await UploadAsync(Open().Sink, new UploadOptions { SkipSpecialFiles = true });
        Assert.Equal((1, 1), (result.Totals.Files, result.Totals.Skipped));
    }

    [Fact]
    public async Task Upload_NameThatIsNotUtf8_IsRefusedWithItsPath()
    {
        Write("good", [1]);
        await ShellAsync($"touch \"$(printf '{Tree}/bad\\377name')\"");
        CasException exception = await FailsAsync(CasErrorKind.Other, () => UploadAsync(Open().Sink));
        Assert.Contains("not UTF-8", exception.Message);
        Assert.Contains(Tree, exception.Message);

        // The framework cannot delete what it cannot name.
        await ShellAsync($"rm '{Tree}'/bad*");
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("file")]
    public async Task Upload_NoDirectory_NamesThePath(string name)
    {
        Write("file", [1]);
        CasException exception = await FailsAsync(
            CasErrorKind.Other, () => TreeUploader.UploadAsync(Path.Join(Tree, name), Open().Sink, null, null, default));
        Assert.Contains(Path.Join(Tree, name), exception.Message);
    }

    [Fact]
    public async Task Upload_FileChangesBetweenHashAndSending_IsRefusedWithItsPath()
    {
        Write("large", RandomBytes(500_000));
        Cas.Before = (method, _) =>
        {
            if (method == "FindMissingBlobs")
            {
                Write("large", RandomBytes(500_000, 9));
            }

            return Task.CompletedTask;
        };
        CasException exception = await FailsAsync(CasErrorKind.Other, () => UploadAsync(Open().Sink));
        Assert.Contains("large' changed", exception.Message);
    }

    [Fact]
    public async Task Upload_FileLinkedAndChmoddedMeanwhile_IsUploaded()
    {
        Write("large", RandomBytes(500_000));
        OnceBetweenHashAndSending("ln tree/large another && chmod g+r tree/large");
        CasSession session = Open();

        UploadResult result = await UploadAsync(session.Sink);

        DirectoryListing root = await session.Directories.GetAsync(result.Root, default);
        Assert.Equal(RandomBytes(500_000), Read(await session.Blobs.OpenAsync(root.GetDigest(root.Find("large"u8)), default)));
    }

    [Fact]
    public async Task Upload_FileRewrittenWithItsTimePutBack_IsRefusedWithItsPath()
    {
        Write("large", RandomBytes(500_000));

        // dd writes in place: the same inode. The pause makes ctime, which nobody puts back, another tick of the clock.
        OnceBetweenHashAndSending("sleep 0.1 && touch -r tree/large time && echo x | dd of=tree/large conv=notrunc 2>/dev/null && touch -r time tree/large");

        CasException exception = await FailsAsync(CasErrorKind.Other, () => UploadAsync(Open().Sink));

        Assert.Contains("large' changed", exception.Message);
    }

    [Fact]
    public async Task Upload_FileMadeExecutableMeanwhile_IsRefusedWithItsPath()
    {
        Write("large", RandomBytes(500_000));
        OnceBetweenHashAndSending("chmod +x tree/large");
        CasException exception = await FailsAsync(CasErrorKind.Other, () => UploadAsync(Open().Sink));
        Assert.Contains("large' changed", exception.Message);
    }

    [Fact]
    public async Task Upload_SinkFails_EndsWithItsFailure()
    {
        for (int i = 0; i < 1000; i++)
        {
            Write($"f{i}", RandomBytes(10, i));
        }

        Cas.Before = (method, _) => method == "FindMissingBlobs"
            ? throw new Grpc.RpcException(Grpc.StatusCode.PermissionDenied, "read only")
            : Task.CompletedTask;
        await FailsAsync(CasErrorKind.Denied, () => UploadAsync(Open().Sink).WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task Upload_Cancelled_Ends()
    {
        Write("f", RandomBytes(10));
        using var cancellation = new CancellationTokenSource();
        Cas.Before = async (method, context) =>
        {
            if (method == "FindMissingBlobs")
            {
                await cancellation.CancelAsync();
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
            }
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            TreeUploader.UploadAsync(Tree, Open().Sink, null, null, cancellation.Token).WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task Upload_Progress_ReachesTheTotals()
    {
        Write("a", RandomBytes(10));
        Write("b", RandomBytes(20));
        var seen = new ConcurrentQueue<UploadProgress>();
        UploadResult result = await TreeUploader.UploadAsync(Tree, Open().Sink, null, new Collector(seen), default);
        Assert.Contains(seen, progress => progress is { Files: 2, FileBytes: 30 });
        Assert.Equal((3, 2), (result.Totals.BlobsSent, result.Totals.Files));
    }

    private static async Task ShellAsync(string command)
    {
        using Process shell = Process.Start("sh", ["-c", command]);
        await shell.WaitForExitAsync();
        Assert.Equal(0, shell.ExitCode);
    }

    private void OnceBetweenHashAndSending(string command)
    {
        // Every one of these calls waits for it: file and directory are asked for in two that may come in any order.
        Lazy<Task> change = new(() => ShellAsync($"cd '{Folder}' && {command}"));
        Cas.Before = (method, _) => method == "FindMissingBlobs" ? change.Value : Task.CompletedTask;
    }

    private Task<UploadResult> UploadAsync(IBlobSink sink, UploadOptions? options = null) =>
        TreeUploader.UploadAsync(Tree, sink, options, null, default);

    private void Write(string name, byte[] bytes, bool executable = false)
    {
        string path = Path.Join(Tree, name);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | (executable ? UnixFileMode.UserExecute : 0));
    }

    private sealed class Collector(ConcurrentQueue<UploadProgress> seen) : IProgress<UploadProgress>
    {
        public void Report(UploadProgress value) => seen.Enqueue(value);
    }
}
