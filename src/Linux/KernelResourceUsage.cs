using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

/// <summary><c>struct rusage</c> (<c>linux/resource.h</c>, 64 bits): what a process and its waited-for children have used. 144 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct KernelResourceUsage
{
    /// <summary><c>ru_utime.tv_sec</c>: seconds in user mode.</summary>
    public long UserSeconds;

    /// <summary><c>ru_utime.tv_usec</c>: microseconds beside <see cref="UserSeconds"/>.</summary>
    public long UserMicroseconds;

    /// <summary><c>ru_stime.tv_sec</c>: seconds in the kernel.</summary>
    public long SystemSeconds;

    /// <summary><c>ru_stime.tv_usec</c>: microseconds beside <see cref="SystemSeconds"/>.</summary>
    public long SystemMicroseconds;

    /// <summary><c>ru_maxrss</c>: the largest resident set of any one process, in KiB.</summary>
    public long MaximumResidentKiB;

    private readonly long _sharedText;
    private readonly long _unsharedData;
    private readonly long _unsharedStack;

    /// <summary><c>ru_minflt</c>: page faults answered without reading.</summary>
    public long MinorFaults;

    /// <summary><c>ru_majflt</c>: page faults that read from a file.</summary>
    public long MajorFaults;

    private readonly long _swaps;

    /// <summary><c>ru_inblock</c>: blocks of 512 bytes read from a device.</summary>
    public long BlocksRead;

    /// <summary><c>ru_oublock</c>: blocks of 512 bytes written to a device.</summary>
    public long BlocksWritten;

    private readonly long _messagesSent;
    private readonly long _messagesReceived;
    private readonly long _signals;

    /// <summary><c>ru_nvcsw</c>: times it waited.</summary>
    public long VoluntarySwitches;

    /// <summary><c>ru_nivcsw</c>: times it was made to wait.</summary>
    public long InvoluntarySwitches;
}
