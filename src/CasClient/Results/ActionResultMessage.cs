using Google.Protobuf;
using VirtualRoot.CasClient.Remote;

namespace VirtualRoot.CasClient.Results;

/// <summary>Results to and from REAPI's message.</summary>
internal static class ActionResultMessage
{
    public static Protos.ActionResult From(ActionResult result)
    {
        Protos.ActionResult message = new()
        {
            ExitCode = result.ExitCode,
            ExecutionMetadata = result.Metadata is { } metadata ? MetadataMessage.From(metadata) : null,
        };
        message.OutputFiles.AddRange(result.Files.Select(From));
        message.OutputDirectories.AddRange(result.Directories.Select(From));
        message.OutputSymlinks.AddRange(result.Symlinks.Select(From));
        message.OutputFileSymlinks.AddRange(result.FileSymlinks.Select(From));
        message.OutputDirectorySymlinks.AddRange(result.DirectorySymlinks.Select(From));
        (message.StdoutRaw, message.StdoutDigest) = From(result.Stdout);
        (message.StderrRaw, message.StderrDigest) = From(result.Stderr);
        return message;
    }

    /// <exception cref="CasException">Malformed: a digest is none.</exception>
    public static ActionResult To(Protos.ActionResult message) => new()
    {
        Files = [.. message.OutputFiles.Select(file => new OutputFile(file.Path, Required(file.Digest, file.Path), file.IsExecutable, PropertiesMessage.To(file.NodeProperties)))],
        Directories = [.. message.OutputDirectories.Select(directory => new OutputDirectory(directory.Path, Optional(directory.TreeDigest), Optional(directory.RootDirectoryDigest)))],
        Symlinks = [.. message.OutputSymlinks.Select(To)],
        FileSymlinks = [.. message.OutputFileSymlinks.Select(To)],
        DirectorySymlinks = [.. message.OutputDirectorySymlinks.Select(To)],
        ExitCode = message.ExitCode,
        Stdout = To(message.StdoutRaw, message.StdoutDigest),
        Stderr = To(message.StderrRaw, message.StderrDigest),
        Metadata = message.ExecutionMetadata is { } metadata ? MetadataMessage.To(metadata) : null,
    };

    private static Protos.OutputFile From(OutputFile file) => new()
    {
        Path = file.Path,
        Digest = file.Digest.ToMessage(),
        IsExecutable = file.IsExecutable,
        NodeProperties = PropertiesMessage.From(file.Properties),
    };

    private static Protos.OutputDirectory From(OutputDirectory directory) => new()
    {
        Path = directory.Path,
        TreeDigest = directory.Tree?.ToMessage(),
        IsTopologicallySorted = directory.Tree is not null,
        RootDirectoryDigest = directory.RootDirectory?.ToMessage(),
    };

    private static Protos.OutputSymlink From(OutputSymlink link) =>
        new() { Path = link.Path, Target = link.Target, NodeProperties = PropertiesMessage.From(link.Properties) };

    private static (ByteString Raw, Protos.Digest? Digest) From(OutputText? text) =>
        text is { } told ? (ByteString.CopyFrom(told.Raw.Span), told.Digest?.ToMessage()) : (ByteString.Empty, null);

    private static OutputSymlink To(Protos.OutputSymlink link) => new(link.Path, link.Target, PropertiesMessage.To(link.NodeProperties));

    private static OutputText? To(ByteString raw, Protos.Digest? digest) =>
        raw.IsEmpty && Optional(digest) is not { } ? null : new OutputText(raw.Memory, Optional(digest));

    private static Digest Required(Protos.Digest? message, string path) => Optional(message)
        ?? throw new CasException(CasErrorKind.Malformed, $"the action result names output '{EscapedText.Of(path)}' without a digest");

    // A digest without a hash is how some servers say that there is none.
    private static Digest? Optional(Protos.Digest? message) =>
        message is null || message is { Hash.Length: 0, SizeBytes: 0 } ? null
        : WireDigest.TryParse(message, out Digest digest) ? digest
        : throw new CasException(CasErrorKind.Malformed, $"the action result names the bad digest '{EscapedText.Of(message.Hash)}'");
}
