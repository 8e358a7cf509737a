using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    /// <summary>flock(2). EINTR is retried: the callers that wait at all wait for a short, bounded piece of work.</summary>
    /// <param name="file">The lock belongs to its open file description, and ends with the last descriptor of it.</param>
    /// <param name="operation">What to do; without LOCK_NB it waits.</param>
    /// <returns>0 or a negative errno; -EAGAIN where LOCK_NB would have had to wait.</returns>
    public static int Flock(SafeHandle file, FlockOperation operation)
    {
        while (true)
        {
            int error = flock(file, (int)operation) < 0 ? Marshal.GetLastPInvokeError() : 0;
            if (error != (int)Errno.EINTR)
            {
                return -error;
            }
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int flock(SafeHandle file, int operation);
}
