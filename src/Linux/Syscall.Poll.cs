using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>
    /// poll(2). EINTR is retried where the wait has no end; with a time limit the caller gets -EINTR,
    /// since only it knows how much of its time is left.
    /// </summary>
    /// <param name="descriptors">What to wait on; <see cref="PollDescriptor.Returned"/> is written.</param>
    /// <param name="timeoutMilliseconds">At most this long; negative: without end.</param>
    /// <returns>How many descriptors have something to tell, 0 after the time limit, or a negative errno.</returns>
    public static unsafe int Poll(Span<PollDescriptor> descriptors, int timeoutMilliseconds)
    {
        fixed (PollDescriptor* first = descriptors)
        {
            while (true)
            {
                int result = poll(first, (nuint)descriptors.Length, timeoutMilliseconds);
                int error = result < 0 ? Marshal.GetLastPInvokeError() : 0;
                if (error != (int)Errno.EINTR || timeoutMilliseconds >= 0)
                {
                    return result < 0 ? -error : result;
                }
            }
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int poll(PollDescriptor* descriptors, nuint count, int timeoutMilliseconds);
}
