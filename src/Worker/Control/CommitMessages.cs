using Google.Protobuf;
using VirtualRoot.CasClient.Results;
using VirtualRoot.Grpc;
using VirtualRoot.Outputs;
using VirtualRoot.Worker.Control.Protos;

namespace VirtualRoot.Worker.Control;

/// <summary>Commits to and from their messages.</summary>
internal static class CommitMessages
{
    private const string ModificationTime = "mtime";
    private const string UnixMode = "unix_mode";

    public static CommitRequest From(OutputRequest request)
    {
        CommitRequest message = new() { WorkingDirectory = request.WorkingDirectory, OutputDirectoryFormat = (int)request.DirectoryFormat };
        message.OutputPaths.AddRange(request.Paths);
        message.OutputFiles.AddRange(request.Files);
        message.OutputDirectories.AddRange(request.Directories);
        message.OutputNodeProperties.AddRange(request.Properties.HasFlag(OutputProperties.ModificationTime) ? [ModificationTime] : []);
        message.OutputNodeProperties.AddRange(request.Properties.HasFlag(OutputProperties.UnixMode) ? [UnixMode] : []);
        return message;
    }

    /// <exception cref="RpcException">InvalidArgument: a number or word that means nothing.</exception>
    public static OutputRequest To(CommitRequest message)
    {
        OutputDirectoryFormat format = (OutputDirectoryFormat)message.OutputDirectoryFormat;
        return new OutputRequest
        {
            WorkingDirectory = message.WorkingDirectory,
            Paths = message.OutputPaths,
            Files = message.OutputFiles,
            Directories = message.OutputDirectories,
            DirectoryFormat = Enum.IsDefined(format)
                ? format
                : throw new RpcException(StatusCode.InvalidArgument, $"output_directory_format {message.OutputDirectoryFormat} is none of 0, 1 and 2"),
            Properties = message.OutputNodeProperties.Aggregate(OutputProperties.None, static (all, name) => all | name switch
            {
                ModificationTime => OutputProperties.ModificationTime,
                UnixMode => OutputProperties.UnixMode,
                _ => throw new RpcException(StatusCode.InvalidArgument, $"output_node_properties: neither {ModificationTime} nor {UnixMode}"),
            }),
        };
    }

    public static CommitResponse From(CapturedOutputs captured)
    {
        CommitResponse message = new()
        {
            ActionResult = ByteString.CopyFrom(ActionResultEncoding.Encode(captured.Result)),
            Statistics = new CommitStatistics
            {
                KnownFiles = captured.Statistics.KnownFiles,
                HashedFiles = captured.Statistics.HashedFiles,
                HashedBytes = captured.Statistics.HashedBytes,
                HashedEarlier = captured.Statistics.HashedEarlier,
                Directories = captured.Statistics.Directories,
                BlobsSent = captured.Statistics.BlobsSent,
                BytesSent = captured.Statistics.BytesSent,
            },
        };
        message.Warnings.AddRange(captured.Warnings);
        return message;
    }

    public static CapturedOutputs To(CommitResponse message)
    {
        CommitStatistics told = message.Statistics ?? new CommitStatistics();
        return new CapturedOutputs(
            ActionResultEncoding.Decode(message.ActionResult.Memory),
            message.Warnings,
            new OutputStatistics(
                told.KnownFiles, told.HashedFiles, told.HashedBytes, told.HashedEarlier, told.Directories, told.BlobsSent, told.BytesSent));
    }
}
