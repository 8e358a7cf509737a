using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

public static partial class Syscall
{
    // posix_spawn_file_actions_t is 80 bytes in glibc and in musl on 64 bits; room for a C library that grows it.
    private const int FileActionsSize = 512;

    /// <summary>
    /// posix_spawn(3): the only way in which a process of many threads may start another. The child gets our
    /// signal mask and ignored signals (SIGPIPE, in .NET); every descriptor that is not copied closes by O_CLOEXEC.
    /// The calling thread becomes the one whose end a PR_SET_PDEATHSIG of the child tells. EINTR cannot happen.
    /// </summary>
    /// <param name="path">The program: bytes that end in NUL; no PATH is searched.</param>
    /// <param name="arguments">argv, the program's name first, without NULs.</param>
    /// <param name="environment">envp, without NULs.</param>
    /// <param name="copies">Done in the child in this order.</param>
    /// <param name="pid">The child, for the caller to wait for; 0 after an error.</param>
    /// <returns>0 or a negative errno, also when the program could not be executed.</returns>
    public static unsafe int PosixSpawn(
        ReadOnlySpan<byte> path,
        IReadOnlyList<byte[]> arguments,
        IReadOnlyList<byte[]> environment,
        ReadOnlySpan<DescriptorCopy> copies,
        out int pid)
    {
        RequireTerminator(path);
        using var argv = new NativeStringArray(arguments);
        using var envp = new NativeStringArray(environment);
        byte* actions = stackalloc byte[FileActionsSize];
        pid = 0;
        int error = posix_spawn_file_actions_init(actions);
        if (error != 0)
        {
            return -error;
        }

        foreach (DescriptorCopy copy in copies)
        {
            error = error != 0 ? error : posix_spawn_file_actions_adddup2(actions, copy.From, copy.To);
        }

        error = error != 0 ? error : posix_spawn(out pid, path, actions, 0, argv.Pointers, envp.Pointers);
        _ = posix_spawn_file_actions_destroy(actions);
        pid = error != 0 ? 0 : pid;
        return -error;
    }

    [LibraryImport("libc")]
    private static unsafe partial int posix_spawn(out int pid, ReadOnlySpan<byte> path, byte* actions, nint attributes, byte** argv, byte** envp);

    [LibraryImport("libc")]
    private static unsafe partial int posix_spawn_file_actions_init(byte* actions);

    [LibraryImport("libc")]
    private static unsafe partial int posix_spawn_file_actions_adddup2(byte* actions, int from, int to);

    [LibraryImport("libc")]
    private static unsafe partial int posix_spawn_file_actions_destroy(byte* actions);
}
