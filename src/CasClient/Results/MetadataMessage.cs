using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace VirtualRoot.CasClient.Results;

/// <summary>Execution metadata to and from REAPI's message.</summary>
internal static class MetadataMessage
{
    public static Protos.ExecutedActionMetadata From(ExecutionMetadata metadata)
    {
        Protos.ExecutedActionMetadata message = new()
        {
            Worker = metadata.Worker,
            QueuedTimestamp = From(metadata.Queued),
            WorkerStartTimestamp = From(metadata.WorkerStart),
            WorkerCompletedTimestamp = From(metadata.WorkerCompleted),
            InputFetchStartTimestamp = From(metadata.InputFetchStart),
            InputFetchCompletedTimestamp = From(metadata.InputFetchCompleted),
            ExecutionStartTimestamp = From(metadata.ExecutionStart),
            ExecutionCompletedTimestamp = From(metadata.ExecutionCompleted),
            VirtualExecutionDuration = metadata.VirtualExecutionDuration is { } duration ? Duration.FromTimeSpan(duration) : null,
            OutputUploadStartTimestamp = From(metadata.OutputUploadStart),
            OutputUploadCompletedTimestamp = From(metadata.OutputUploadCompleted),
        };
        message.AuxiliaryMetadata.AddRange(metadata.Auxiliary.Select(
            static item => new Any { TypeUrl = item.TypeUrl, Value = ByteString.CopyFrom(item.Message.Span) }));
        return message;
    }

    public static ExecutionMetadata To(Protos.ExecutedActionMetadata message) => new()
    {
        Worker = message.Worker,
        Queued = To(message.QueuedTimestamp),
        WorkerStart = To(message.WorkerStartTimestamp),
        WorkerCompleted = To(message.WorkerCompletedTimestamp),
        InputFetchStart = To(message.InputFetchStartTimestamp),
        InputFetchCompleted = To(message.InputFetchCompletedTimestamp),
        ExecutionStart = To(message.ExecutionStartTimestamp),
        ExecutionCompleted = To(message.ExecutionCompletedTimestamp),
        VirtualExecutionDuration = message.VirtualExecutionDuration?.ToTimeSpan(),
        OutputUploadStart = To(message.OutputUploadStartTimestamp),
        OutputUploadCompleted = To(message.OutputUploadCompletedTimestamp),
        Auxiliary = [.. message.AuxiliaryMetadata.Select(static any => (any.TypeUrl, any.Value.Memory))],
    };

    private static Timestamp? From(DateTimeOffset? time) => time is { } known ? Timestamp.FromDateTimeOffset(known) : null;

    private static DateTimeOffset? To(Timestamp? time)
    {
        try
        {
            return time?.ToDateTimeOffset();
        }
        catch (InvalidOperationException exception)
        {
            throw new CasException(CasErrorKind.Malformed, "the action result has a timestamp that is out of range", null, exception);
        }
    }
}
