using System.CommandLine;
using System.Text;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Results;
using VirtualRoot.Cli.Output;
using VirtualRoot.Cli.Outputs;
using VirtualRoot.Fuse.Mounting;
using VirtualRoot.Outputs;
using VirtualRoot.Worker.Control;

namespace VirtualRoot.Cli.Commands;

/// <summary><c>vroot commit</c>.</summary>
internal sealed class CommitCommand : VRootCommand
{
    private readonly Argument<string> _directory = new("DIR") { Description = "A directory that vroot mount has mounted on, or DIR/ID of a root in a build directory" };
    private readonly Option<string> _workingDirectory = new("--workdir", "-w") { HelpName = "DIR", Description = "Directory in the root that outputs are relative to [default: /]" };
    private readonly Option<bool> _wholeRoot = new("--root") { Description = "The whole root, besides the outputs; without outputs it is meant anyhow" };
    private readonly OutputOptionSet _outputs = new("both; of the root alone: directory");

    public CommitCommand()
        : base(
            "commit",
            "Stores what a mounted root holds now in the CAS that it is mounted from; prints digests",
            "ROOT=$(vroot commit /mnt)                        the whole root, as a root for vroot run",
            "vroot commit /mnt --output out --output log.txt   each output's digest and path",
            "vroot commit /mnt --output out --result result.json")
    {
        Arguments.Add(_directory);
        Options.Add(_workingDirectory);
        Options.Add(_wholeRoot);
        _outputs.AddTo(this);
        Common.AddGeneralWithoutFormat(this);
    }

    protected override async Task<int> ExecuteAsync(ParseResult parse, TerminationSignals signals)
    {
        Common.Read(parse); // A faulty configuration is told by every command alike.
        string? result = _outputs.ReadResult(parse);
        OutputRequest asked = _outputs.Read(parse, parse.GetValue(_workingDirectory) ?? string.Empty, OutputDirectoryFormat.TreeAndDirectory);
        bool isRootAlone = asked.Paths.Count + asked.Files.Count + asked.Directories.Count == 0;
        OutputRequest request = isRootAlone
            ? _outputs.Read(parse, string.Empty, OutputDirectoryFormat.DirectoryOnly) with { Paths = [string.Empty] }
            : asked;
        (string folder, string? root) = DaemonOf(Path.TrimEndingDirectorySeparator(Path.GetFullPath(parse.GetRequiredValue(_directory))));
        CapturedOutputs captured = await ControlClient.CommitAsync(folder, root, request, signals.Token);
        if (parse.GetValue(_wholeRoot) && !isRootAlone)
        {
            OutputRequest whole = _outputs.Read(parse, string.Empty, OutputDirectoryFormat.DirectoryOnly) with { Paths = [string.Empty], Files = [], Directories = [] };
            CapturedOutputs all = await ControlClient.CommitAsync(folder, root, whole, signals.Token);
            captured = captured with { Result = captured.Result with { Directories = [.. captured.Result.Directories, .. all.Result.Directories] } };
        }

        foreach (string warning in captured.Warnings)
        {
            StandardError.Tell(warning);
        }

        if (result is not null)
        {
            ResultFile.Write(result, captured.Result);
        }

        Write(captured.Result, isRootAlone);
        return ExitCode.Done;
    }

    /// <summary>The private folder of the daemon, which the mount's source tells, and the root's name below a build directory.</summary>
    private static (string Folder, string? Root) DaemonOf(string directory)
    {
        FuseMountOptions ours = new();
        string shown = PrintableText.Of(directory);
        IReadOnlyList<MountEntry> mounts = MountEntry.ReadAll();
        MountEntry? own = mounts.LastOrDefault(entry => entry.MountPoint == directory);
        MountEntry mount = own ?? mounts.LastOrDefault(entry => entry.MountPoint == Path.GetDirectoryName(directory) && ours.Match(entry))
            ?? throw new CliException($"nothing is mounted on {shown}: see findmnt -t fuse.{ours.SubType}");
        if (!ours.Match(mount))
        {
            throw new CliException($"{shown} is a mount of type {mount.FileSystemType}, not one of vroot");
        }

        string? folder = mount.Source.Length > ours.Source.Length ? mount.Source[(ours.Source.Length + 1)..] : null;
        return folder is not null && Path.Exists(ControlServer.SocketIn(folder))
            ? (folder, own is null ? Path.GetFileName(directory) : null)
            : throw new CliException($"the daemon of {shown} has no control socket: mount it yourself (no --fuse-fd), with a short --scratch path of letters, digits and -_./");
    }

    // The digest alone where there is one thing to tell, as push does.
    private static void Write(ActionResult result, bool isRootAlone)
    {
        StringBuilder lines = new();
        foreach ((Digest digest, string path) in result.Files.Select(file => (file.Digest, file.Path))
            .Concat(result.Directories.Select(directory => ((directory.RootDirectory ?? directory.Tree)!.Value, directory.Path))))
        {
            lines.Append(digest).Append(isRootAlone ? string.Empty : "  " + (path.Length == 0 ? "." : PrintableText.Of(path))).Append('\n');
        }

        using Stream output = Console.OpenStandardOutput();
        output.Write(Encoding.UTF8.GetBytes(lines.ToString()));
    }
}
