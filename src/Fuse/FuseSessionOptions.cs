using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;

namespace VirtualRoot.Fuse;

/// <summary>How a <see cref="FuseSession"/> serves its device.</summary>
public sealed record FuseSessionOptions
{
    /// <summary>Reader threads. Default: as many as cores, but 2 to 8.</summary>
    public int ReaderThreads { get; init; } = Math.Clamp(Environment.ProcessorCount, 2, 8);

    /// <summary>The largest READ or WRITE in bytes. Default 1 MiB: what <c>fs.fuse.max_pages_limit</c> (256) allows.</summary>
    public int MaxWrite { get; init; } = 1 << 20;

    /// <summary>Upper bound of readahead in bytes; the kernel never exceeds the bdi's own (128 KiB unless raised).</summary>
    public int MaxReadAhead { get; init; } = 1 << 20;

    /// <summary>Background requests (readahead) out at once. Default 128: the kernel's 12 starve parallel reads.</summary>
    public int MaxBackground { get; init; } = 128;

    /// <summary>The newest protocol minor to admit to, 31 to 45; lower ones pretend to be an older daemon.</summary>
    public int MaxMinor { get; init; } = FuseProtocol.NewestMinor;

    /// <summary>Flags to refuse though the kernel offers them.</summary>
    public FuseInitFlags RefusedFlags { get; init; }

    /// <summary>Granularity of timestamps in nanoseconds, a power of ten up to 1,000,000,000.</summary>
    public int TimeGranularity { get; init; } = 1;

    /// <summary>How long disposal waits for pending operations after cancelling them, and for the reader threads.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Where to log.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>
    /// Turns an exception of the file system into the errno to answer, or null for an unexpected one, which is
    /// logged with its stack and answered EIO. Called in the one place that handles them; must not throw.
    /// </summary>
    public Func<Exception, Errno?>? ExceptionMapper { get; init; }

    /// <summary>Checks every option and reports all faults at once.</summary>
    /// <exception cref="ArgumentException">At least one is out of range.</exception>
    public void Validate()
    {
        List<string> faults = [];
        Check(ReaderThreads is >= 1 and <= 256, $"ReaderThreads is {ReaderThreads}, not 1 to 256");
        Check(MaxWrite is >= 4096 and <= 1 << 24 && MaxWrite % 4096 == 0, $"MaxWrite is {MaxWrite}, not a multiple of 4096 from 4096 to 16777216");
        Check(MaxReadAhead is >= 0 and <= 1 << 24, $"MaxReadAhead is {MaxReadAhead}, not 0 to 16777216");
        Check(MaxBackground is >= 1 and <= ushort.MaxValue, $"MaxBackground is {MaxBackground}, not 1 to 65535");
        Check(MaxMinor is >= FuseProtocol.OldestMinor and <= FuseProtocol.NewestMinor, $"MaxMinor is {MaxMinor}, not {FuseProtocol.OldestMinor} to {FuseProtocol.NewestMinor}");
        Check(TimeGranularity is 1 or 10 or 100 or 1000 or 10_000 or 100_000 or 1_000_000 or 10_000_000 or 100_000_000 or 1_000_000_000, $"TimeGranularity is {TimeGranularity}, not a power of ten up to 1000000000");
        Check(ShutdownTimeout > TimeSpan.Zero && ShutdownTimeout < TimeSpan.FromHours(1), $"ShutdownTimeout is {ShutdownTimeout}, not above 0 and below an hour");
        if (faults.Count > 0)
        {
            throw new ArgumentException("FUSE session options: " + string.Join("; ", faults));
        }

        void Check(bool good, string fault)
        {
            if (!good)
            {
                faults.Add(fault);
            }
        }
    }
}
