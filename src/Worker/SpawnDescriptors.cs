using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;

namespace VirtualRoot.Worker;

/// <summary>
/// The descriptors of one spawn. Each is moved to a number above the stdio first, so that no copy in the child
/// overwrites the source of another, whatever numbers the caller's handles have.
/// </summary>
internal sealed class SpawnDescriptors : IDisposable
{
    private const int LowestPrivate = 10;

    private readonly List<SafeFileHandle> _owned = [];
    private readonly List<DescriptorCopy> _copies = [];
    private SafeFileHandle? _status;
    private SafeFileHandle? _life;

    /// <summary>What posix_spawn copies.</summary>
    public ReadOnlySpan<DescriptorCopy> Copies => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_copies);

    /// <summary>Makes the pipes, the order's file and the copies: stdio, then those that vroot-init expects from 3 on.</summary>
    /// <returns>0 or a negative errno.</returns>
    public int Prepare(ActionOptions options)
    {
        int result = Syscall.Pipe2(0, out _status, out SafeFileHandle statusWrite);
        _owned.Add(statusWrite);
        if (result < 0)
        {
            return result;
        }

        result = Syscall.Pipe2(0, out SafeFileHandle lifeRead, out _life);
        _owned.Add(lifeRead);
        if (result < 0)
        {
            return result;
        }

        result = Syscall.MemfdCreate("vroot-init-order\0"u8, out SafeFileHandle order);
        _owned.Add(order);
        if (result < 0)
        {
            return result;
        }

        RandomAccess.Write(order, InitOrder.Encode(options), 0);
        SafeFileHandle?[] sources = [options.Stdin, options.Stdout, options.Stderr, statusWrite, lifeRead, order];
        for (int i = 0; i < sources.Length; i++)
        {
            if (sources[i] is not { } source)
            {
                continue;
            }

            result = Syscall.FcntlDuplicate(source, LowestPrivate, out SafeFileHandle copy);
            _owned.Add(copy);
            if (result < 0)
            {
                return result;
            }

            _copies.Add(new DescriptorCopy((int)copy.DangerousGetHandle(), i));
        }

        return 0;
    }

    /// <summary>Gives the reading end of the status pipe away.</summary>
    public SafeFileHandle TakeStatus() => Take(ref _status);

    /// <summary>Gives the writing end of the life pipe away.</summary>
    public SafeFileHandle TakeLife() => Take(ref _life);

    public void Dispose()
    {
        _owned.ForEach(handle => handle.Dispose());
        _status?.Dispose();
        _life?.Dispose();
    }

    private static SafeFileHandle Take(ref SafeFileHandle? handle)
    {
        SafeFileHandle taken = handle!;
        handle = null;
        return taken;
    }
}
