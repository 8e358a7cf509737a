using System.CommandLine;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Directories;
using VirtualRoot.Cli.Cas;
using VirtualRoot.Cli.Output;
using VirtualRoot.Cli.Settings;
using VirtualRoot.Cli.Trees;

namespace VirtualRoot.Cli.Commands;

/// <summary><c>vroot cat</c>.</summary>
internal sealed class CatCommand : VRootCommand
{
    private const int BufferBytes = 128 * 1024;

    private readonly Argument<string> _digest = DigestArgument.Create();
    private readonly Argument<string> _path = new("PATH") { Description = "Path of a file in the root; links are followed, inside the root only" };

    public CatCommand()
        : base(
            "cat",
            "Writes a file of an input root to standard output",
            "vroot cat $ROOT etc/os-release",
            "vroot cat --cas grpc://cas:8980 $ROOT bin/tool > tool")
    {
        Arguments.Add(_digest);
        Arguments.Add(_path);
        Common.AddCas(this).AddCache(this).AddGeneral(this);
    }

    protected override async Task<int> ExecuteAsync(ParseResult parse, TerminationSignals signals)
    {
        Digest root = DigestArgument.Read(parse, _digest);
        string path = parse.GetRequiredValue(_path);
        CommonSettings settings = Common.Read(parse);
        await using OpenedCas cas = OpenedCas.Open(settings, new ErrorLogger(settings.LogLevel));
        TreeItem item = await new TreePath(cas.Session.Directories, root).ResolveAsync(path, followLast: true, signals.Token);
        if (item.Kind != DirectoryEntryKind.File)
        {
            throw new CliException($"{PrintableText.Of(path)} is a directory: 'vroot ls' lists it");
        }

        using BlobLease lease = await cas.Session.Blobs.OpenAsync(item.Listing!.GetDigest(item.Index), signals.Token);
        await using Stream output = Console.OpenStandardOutput();
        byte[] buffer = new byte[BufferBytes];
        for (long offset = 0; offset < lease.SizeBytes;)
        {
            signals.Token.ThrowIfCancellationRequested();
            int length = RandomAccess.Read(lease.Handle, buffer, offset);
            if (length == 0)
            {
                throw new IOException($"{PrintableText.Of(path)} ends at byte {offset} of {lease.SizeBytes}: the cache {settings.CacheDirectory} was damaged meanwhile; run again");
            }

            output.Write(buffer, 0, length);
            offset += length;
        }

        return ExitCode.Done;
    }
}
