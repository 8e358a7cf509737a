using System.Text;
using System.Text.Json;
using VirtualRoot.CasClient.Directories;
using VirtualRoot.CasClient.Results;

namespace VirtualRoot.CasClient.Tests.Results;

public sealed class ResultEncodingTests
{
    private static readonly Digest s_digest = DigestHasher.Compute(DigestFunction.Sha256, "content"u8);

    private static ActionResult Full => new()
    {
        Files = [new OutputFile("a", s_digest, true, new NodeProperties { ModificationTime = (12, 34), UnixMode = 0x1ed }), new OutputFile("b/ü", s_digest, false)],
        Directories = [new OutputDirectory("tree", s_digest, null), new OutputDirectory("", null, s_digest)],
        Symlinks = [new OutputSymlink("l", "../x")],
        FileSymlinks = [new OutputSymlink("f", "/abs")],
        DirectorySymlinks = [new OutputSymlink("d", "gone", new NodeProperties { UnixMode = 0x1ff })],
        ExitCode = -3,
        Stdout = new OutputText("out"u8.ToArray(), null),
        Stderr = new OutputText(default, s_digest),
        Metadata = new ExecutionMetadata
        {
            Worker = "w",
            ExecutionStart = DateTimeOffset.UnixEpoch.AddSeconds(5),
            VirtualExecutionDuration = TimeSpan.FromMilliseconds(1500),
            Auxiliary = [("type.googleapis.com/x.Y", new byte[] { 1, 2 })],
        },
    };

    [Fact]
    public void Encode_ThenDecode_IsTheSame()
    {
        byte[] bytes = ActionResultEncoding.Encode(Full);
        ActionResult again = ActionResultEncoding.Decode(bytes);
        Assert.Equal(Full.Files, again.Files);
        Assert.Equal(Full.Directories, again.Directories);
        Assert.Equal(Full.Symlinks, again.Symlinks);
        Assert.Equal(Full.FileSymlinks, again.FileSymlinks);
        Assert.Equal(Full.DirectorySymlinks, again.DirectorySymlinks);
        Assert.Equal(Full.ExitCode, again.ExitCode);
        Assert.Equal("out"u8.ToArray(), again.Stdout!.Value.Raw.ToArray());
        Assert.Equal(s_digest, again.Stderr!.Value.Digest);
        Assert.Equal((Full.Metadata!.Worker, Full.Metadata.ExecutionStart, Full.Metadata.VirtualExecutionDuration), (again.Metadata!.Worker, again.Metadata.ExecutionStart, again.Metadata.VirtualExecutionDuration));
        Assert.Equal([1, 2], again.Metadata.Auxiliary[0].Message.ToArray());
        Assert.Equal(bytes, ActionResultEncoding.Encode(again));
    }

    [Fact]
    public void Decode_TruncatedAtEveryLength_FailsOrIsShorter()
    {
        byte[] bytes = ActionResultEncoding.Encode(Full);
        for (int length = 0; length < bytes.Length; length++)
        {
            try
            {
                Assert.True(ActionResultEncoding.Encode(ActionResultEncoding.Decode(bytes.AsMemory(0, length))).Length < bytes.Length);
            }
            catch (CasException exception)
            {
                Assert.Equal(CasErrorKind.Malformed, exception.Kind);
            }
        }
    }

    [Fact]
    public void ToJson_HasReapisNames()
    {
        using JsonDocument json = JsonDocument.Parse(ActionResultEncoding.ToJson(Full));
        Assert.Equal(-3, json.RootElement.GetProperty("exitCode").GetInt32());
        Assert.Equal("7", json.RootElement.GetProperty("outputFiles")[0].GetProperty("digest").GetProperty("sizeBytes").GetString());
        Assert.Equal("b3V0", json.RootElement.GetProperty("stdoutRaw").GetString());
        Assert.True(json.RootElement.GetProperty("outputDirectories")[0].GetProperty("isTopologicallySorted").GetBoolean());
    }

    [Fact]
    public void Directory_EntriesInAnyOrder_IsCanonical()
    {
        DirectoryMessage message = new();
        foreach (string name in (string[])["\ufffc", "\U0001f600", "z", "é", "Z"])
        {
            message.AddFile("f" + name, s_digest, name == "z", new NodeProperties { ModificationTime = (7, 8) });
            message.AddDirectory("d" + name, s_digest);
            message.AddSymlink("s" + name, "target");
        }

        byte[] bytes = message.Encode();
        DirectoryListing listing = DirectoryListing.Decode(DigestHasher.Compute(DigestFunction.Sha256, bytes), bytes, DirectoryLimits.Default);
        Assert.Equal(15, listing.Count);
        int z = listing.Find(Encoding.UTF8.GetBytes("fz"));
        Assert.True(listing.IsExecutable(z) && listing.TryGetModificationTime(z, out long seconds, out uint nanoseconds) && (seconds, nanoseconds) == (7, 8));
    }

    [Fact]
    public void Tree_OfEncodedDirectories_IsRootThenChildren() =>
        Assert.Equal([0x0a, 1, 9, 0x12, 0, 0x12, 2, 7, 8], TreeMessage.Encode(new byte[] { 9 }, [default, new byte[] { 7, 8 }]));
}
