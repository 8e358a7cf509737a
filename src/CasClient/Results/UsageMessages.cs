using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace VirtualRoot.CasClient.Results;

/// <summary>What an action used, as the messages that stand in <see cref="ExecutionMetadata.Auxiliary"/>.</summary>
public static class UsageMessages
{
    private const string TypePrefix = "type.googleapis.com/";

    /// <summary><c>buildbarn.resourceusage.POSIXResourceUsage</c>.</summary>
    public static (string TypeUrl, ReadOnlyMemory<byte> Message) Of(PosixUsage usage) => Encode(new Protos.POSIXResourceUsage
    {
        UserTime = Duration.FromTimeSpan(usage.UserTime),
        SystemTime = Duration.FromTimeSpan(usage.SystemTime),
        MaximumResidentSetSize = usage.MaximumResidentBytes,
        PageReclaims = usage.MinorFaults,
        PageFaults = usage.MajorFaults,
        BlockInputOperations = usage.BlocksRead,
        BlockOutputOperations = usage.BlocksWritten,
        VoluntaryContextSwitches = usage.VoluntarySwitches,
        InvoluntaryContextSwitches = usage.InvoluntarySwitches,
        TerminationSignal = usage.TerminationSignal,
    });

    /// <summary><c>buildbarn.resourceusage.InputRootResourceUsage</c>.</summary>
    public static (string TypeUrl, ReadOnlyMemory<byte> Message) Of(InputRootUsage usage) => Encode(new Protos.InputRootResourceUsage
    {
        DirectoriesResolved = (ulong)usage.DirectoriesResolved,
        DirectoriesRead = (ulong)usage.DirectoriesRead,
        FilesRead = (ulong)usage.FilesRead,
    });

    /// <summary><c>vroot.usage.v1.CgroupUsage</c>.</summary>
    public static (string TypeUrl, ReadOnlyMemory<byte> Message) Of(CgroupUsage usage) => Encode(new Protos.CgroupUsage
    {
        UserTime = Duration.FromTimeSpan(usage.UserTime),
        SystemTime = Duration.FromTimeSpan(usage.SystemTime),
        PeakMemoryBytes = usage.PeakMemoryBytes,
        OutOfMemoryKills = usage.OutOfMemoryKills,
        RefusedForks = usage.RefusedForks,
    });

    private static (string TypeUrl, ReadOnlyMemory<byte> Message) Encode(IMessage message) =>
        (TypePrefix + message.Descriptor.FullName, message.ToByteArray());
}
