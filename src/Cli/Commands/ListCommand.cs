using System.CommandLine;
using System.Text;
using System.Text.Json;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Directories;
using VirtualRoot.Cli.Cas;
using VirtualRoot.Cli.Output;
using VirtualRoot.Cli.Settings;
using VirtualRoot.Cli.Trees;
using VirtualRoot.Worker;

namespace VirtualRoot.Cli.Commands;

/// <summary><c>vroot ls</c>.</summary>
internal sealed class ListCommand : VRootCommand
{
    private readonly Argument<string> _digest = DigestArgument.Create();
    private readonly Argument<string> _path = new("PATH") { Description = "Path in the root; links are followed, inside the root only [default: the root]", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _long = new("-l", "--long") { Description = "Mode, size and digest too" };
    private readonly Option<bool> _recursive = new("-R", "--recursive") { Description = "What is below, too" };

    public ListCommand()
        : base(
            "ls",
            "Lists what an input root holds; fetches directories only",
            "vroot ls $ROOT                          the top directory",
            "vroot ls -l $ROOT usr/bin               with modes, sizes and digests",
            "vroot ls -R --output json $ROOT | jq    everything, for a machine")
    {
        Arguments.Add(_digest);
        Arguments.Add(_path);
        Options.Add(_long);
        Options.Add(_recursive);
        Common.AddCas(this).AddCache(this).AddGeneral(this);
    }

    protected override async Task<int> ExecuteAsync(ParseResult parse, TerminationSignals signals)
    {
        Digest root = DigestArgument.Read(parse, _digest);
        string path = parse.GetValue(_path) ?? "/";
        CommonSettings settings = Common.Read(parse);
        await using OpenedCas cas = OpenedCas.Open(settings, new ErrorLogger(settings.LogLevel));
        bool isRecursive = parse.GetValue(_recursive);
        TreeItem item = await new TreePath(cas.Session.Directories, root).ResolveAsync(path, followLast: true, signals.Token);
        if (isRecursive && item.Directory is { } tree)
        {
            cas.Session.Directories.Prefetch(tree);
        }

        await using BufferedStream output = new(Console.OpenStandardOutput(), 1 << 16);
        if (settings.Json)
        {
            await WriteJsonAsync(output, cas.Session.Directories, item, path, isRecursive, signals.Token);
        }
        else
        {
            bool isLong = parse.GetValue(_long);
            await VisitAsync(cas.Session.Directories, item, path, isRecursive, Write, signals.Token);

            void Write(byte[] name, DirectoryListing listing, int index)
            {
                string line = isLong ? EntryText.Long(name, listing, index) : EntryText.Short(name, listing, index);
                output.Write(Encoding.UTF8.GetBytes(line + "\n"));
            }
        }

        return ExitCode.Done;
    }

    private static async Task WriteJsonAsync(
        Stream output, IDirectorySource directories, TreeItem item, string path, bool isRecursive, CancellationToken cancellationToken)
    {
        await using Utf8JsonWriter json = new(output);
        json.WriteStartObject();
        if (item.Directory is { } digest)
        {
            json.WriteString("directory", digest.ToString());
        }

        json.WriteStartArray("entries");
        await VisitAsync(directories, item, path, isRecursive, Write, cancellationToken);
        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync(cancellationToken);
        output.WriteByte((byte)'\n');

        void Write(byte[] name, DirectoryListing listing, int index)
        {
            EntryJson.Write(json, name, listing, index);
            if (json.BytesPending > 1 << 15)
            {
                json.Flush();
            }
        }
    }

    // A path that is no directory lists as itself.
    private static Task VisitAsync(
        IDirectorySource directories, TreeItem item, string path, bool isRecursive, Action<byte[], DirectoryListing, int> visit, CancellationToken cancellationToken)
    {
        if (item.Directory is { } directory)
        {
            return new TreeWalk(directories).VisitAsync(directory, [], isRecursive, visit, cancellationToken);
        }

        visit(ByteExactText.Encode(path), item.Listing!, item.Index);
        return Task.CompletedTask;
    }
}
