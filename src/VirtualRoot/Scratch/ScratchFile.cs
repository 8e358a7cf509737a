using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;

namespace VirtualRoot.Scratch;

/// <summary>The bytes of one written file. Its descriptor is open only while somebody uses the file, since a process may
/// hold some 20,000 and an action may leave more files. Protected by the root's gate.</summary>
internal sealed class ScratchFile
{
    private readonly ScratchDirectory _directory;
    private readonly long _id;
    private SafeFileHandle? _handle;
    private bool _exists;

    internal ScratchFile(ScratchDirectory directory, long id)
    {
        _directory = directory;
        _id = id;
    }

    /// <summary>The open descriptor, which this file keeps owning.</summary>
    public Errno TryOpen(out SafeFileHandle? handle)
    {
        handle = _handle;
        if (handle is null)
        {
            int descriptor = _directory.Open(_id);
            if (descriptor < 0)
            {
                return (Errno)(-descriptor);
            }

            _exists = true;
            _handle = handle = new SafeFileHandle(descriptor, ownsHandle: true);
        }

        return Errno.Success;
    }

    /// <summary>Nobody has the file open now. A call in progress finishes on the descriptor that it holds.</summary>
    public void Close()
    {
        _handle?.Dispose();
        _handle = null;
    }

    /// <summary>The file is gone for good.</summary>
    public void Delete()
    {
        Close();
        if (_exists)
        {
            _exists = false;
            _directory.Delete(_id);
        }
    }
}
