using VirtualRoot.Special;
using VirtualRoot.Tree;

namespace VirtualRoot.Kernel;

/// <summary>
/// Open directories and special files by the <c>fh</c> that the kernel gives back with each request. Ordinary files need
/// none (their fh is 0): whatever they hold open belongs to the node. Directory handles are used again, so that opening
/// a directory allocates nothing.
/// </summary>
internal sealed class HandleTable : IDisposable
{
    private const int SpareLimit = 64;

    private readonly Lock _lock = new();
    private readonly Stack<int> _free = new();
    private readonly Stack<DirectoryHandle> _spare = new();
    private object?[] _handles = new object?[64];
    private int _next = 1;

    /// <summary>A handle for a directory that is being opened.</summary>
    public ulong OpenDirectory()
    {
        lock (_lock)
        {
            return Insert(_spare.TryPop(out DirectoryHandle? spare) ? spare : new DirectoryHandle());
        }
    }

    /// <summary>Takes over an open special file.</summary>
    public ulong Add(SpecialHandle handle)
    {
        lock (_lock)
        {
            return Insert(handle);
        }
    }

    /// <summary>What <paramref name="fh"/> stands for; null for an fh that was never given.</summary>
    public T? Get<T>(ulong fh)
        where T : class
    {
        object?[] handles = Volatile.Read(ref _handles);
        return fh < (ulong)handles.Length ? Volatile.Read(ref handles[fh]) as T : null;
    }

    /// <summary>RELEASE, RELEASEDIR: closes what <paramref name="fh"/> stands for.</summary>
    public void Remove(ulong fh)
    {
        object? handle;
        lock (_lock)
        {
            if (fh == 0 || fh >= (ulong)_handles.Length || _handles[fh] is not { } found)
            {
                return;
            }

            handle = found;
            _handles[fh] = null;
            _free.Push((int)fh);
            if (handle is DirectoryHandle directory && _spare.Count < SpareLimit)
            {
                directory.UpperNames = [];
                directory.SpecialEntries = null;
                _spare.Push(directory);
            }
        }

        (handle as IDisposable)?.Dispose();
    }

    /// <summary>Closes everything.</summary>
    public void Dispose()
    {
        object?[] handles;
        lock (_lock)
        {
            handles = [.. _handles];
            Array.Clear(_handles);
        }

        foreach (object? handle in handles)
        {
            (handle as IDisposable)?.Dispose();
        }
    }

    private ulong Insert(object handle)
    {
        if (!_free.TryPop(out int index))
        {
            index = _next++;
            if (index == _handles.Length)
            {
                object?[] larger = new object?[_handles.Length * 2];
                _handles.CopyTo(larger, 0);
                Volatile.Write(ref _handles, larger);
            }
        }

        Volatile.Write(ref _handles[index], handle);
        return (ulong)index;
    }
}
