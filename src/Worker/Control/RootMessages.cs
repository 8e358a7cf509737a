using VirtualRoot.Building;
using VirtualRoot.CasClient;
using VirtualRoot.Grpc;
using VirtualRoot.Special;
using VirtualRoot.Tree;
using VirtualRoot.Worker.Control.Protos;
using RootStatistics = VirtualRoot.Worker.Control.Protos.RootStatistics;

namespace VirtualRoot.Worker.Control;

/// <summary>Roots of a build directory to and from their messages.</summary>
internal static class RootMessages
{
    private const long DefaultLogBytes = 256 << 20;
    private const double LeastCpus = 0.01;
    private const double MostCpus = 8192;

    /// <exception cref="RpcException">InvalidArgument: a number or digest that cannot be one.</exception>
    public static BuildRootOptions To(CreateRootRequest message)
    {
        if (!Digest.TryParse(message.InputRoot, out Digest inputs))
        {
            throw new RpcException(StatusCode.InvalidArgument, $"input_root '{message.InputRoot}' is no digest: write HASH/SIZE in lower-case hexadecimal");
        }

        return new BuildRootOptions
        {
            Root = new RootOptions
            {
                InputRoot = inputs,
                Uid = IdOf(message.Uid, "uid"),
                Gid = IdOf(message.Gid, "gid"),
                Inputs = message.ReadOnlyInputs ? InputMode.ReadOnly : InputMode.CopyOnWrite,
                QuotaBytes = message.HasQuotaBytes ? BoundOf(message.QuotaBytes, "quota_bytes") : null,
                QuotaInodes = message.HasQuotaInodes ? BoundOf(message.QuotaInodes, "quota_inodes") : null,
                QuotaLogBytes = message.HasQuotaLogBytes ? BoundOf(message.QuotaLogBytes, "quota_log_bytes") : DefaultLogBytes,
            },
            Special = message.WithoutSpecial ? SpecialModes.Off : SpecialModes.Auto,
            Limits = new MachineLimits
            {
                Cpus = !message.HasCpus ? null : message.Cpus is >= LeastCpus and <= MostCpus
                    ? message.Cpus
                    : throw new RpcException(StatusCode.InvalidArgument, $"cpus {message.Cpus} is not between {LeastCpus} and {MostCpus}"),
                MemoryBytes = message.HasMemoryBytes ? BoundOf(message.MemoryBytes, "memory_bytes") : null,
                Profile = message.Hermetic ? MachineProfile.Hermetic : MachineProfile.Live,
            },
            Outputs = message.Outputs is null ? null : CommitMessages.To(message.Outputs),
        };
    }

    public static Protos.Root From(BuildRoot root) => new()
    {
        Id = root.Id,
        Path = root.Path,
        RootPath = root.RootPath,
        StdoutPath = root.StdoutPath,
        StderrPath = root.StderrPath,
        ServerLogsPath = root.ServerLogsPath,
        Statistics = StatisticsOf(root.Root),
    };

    public static RootStatistics StatisticsOf(Tree.Root root)
    {
        RootStatisticsSnapshot now = root.Statistics.Snapshot();
        RootStatistics message = new()
        {
            Requests = now.Requests,
            BlobsFetched = now.BlobsFetched,
            BytesFetched = now.BytesFetched,
            DirectoriesResolved = now.DirectoriesResolved,
            DirectoriesRead = now.DirectoriesRead,
            FilesRead = now.FilesRead,
            BytesWritten = now.BytesWritten,
            InputWaitMicros = now.InputWait.Ticks / TimeSpan.TicksPerMicrosecond,
            UsedBytes = root.Quota.UsedBytes,
            UsedInodes = root.Quota.UsedInodes,
            QuotaReached = root.Quota.WasReached,
            InputFailures = root.Failures.Count,
        };
        message.FirstFailures.AddRange(root.Failures.First.Select(static failure => new InputFailure
        {
            Code = (int)ControlStatus.Of(failure.Kind),
            Message = failure.Message,
            Digest = failure.Digest is { } digest ? digest.ToString() : string.Empty,
        }));
        return message;
    }

    private static long BoundOf(long value, string name) => value >= 0
        ? value
        : throw new RpcException(StatusCode.InvalidArgument, $"{name} {value} is negative");

    private static uint IdOf(uint value, string name) => value != uint.MaxValue
        ? value
        : throw new RpcException(StatusCode.InvalidArgument, $"{name} {value} means 'unchanged' to the kernel and is nobody's");
}
