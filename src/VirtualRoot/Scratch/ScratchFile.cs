using System.Diagnostics.CodeAnalysis;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;

namespace VirtualRoot.Scratch;

/// <summary>The bytes of one written file, deleted by whoever made it. Its descriptor is open only while somebody uses the file, and is the
/// directory's to close when too many are.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The end of a scratch file is Delete; Close only saves a descriptor.")]
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
        OpenNode = new LinkedListNode<ScratchFile>(this);
    }

    /// <summary>The place in the directory's list of open files. Protected by the directory's lock.</summary>
    internal LinkedListNode<ScratchFile> OpenNode { get; }

    /// <summary>Used since the directory last looked for a file to close. Protected by the directory's lock.</summary>
    internal bool IsRecent { get; set; }

    /// <summary>The descriptor, opened if need be; the file is on disk from then on.</summary>
    /// <returns>ENOSPC, EMFILE … from the scratch disk.</returns>
    public Errno TryOpen(out DescriptorUse use)
    {
        use = default;
        lock (_directory.OpenFiles)
        {
            if (_handle is null)
            {
                int descriptor = _directory.Open(_id);
                if (descriptor < 0)
                {
                    return (Errno)(-descriptor);
                }

                _exists = true;
                _handle = new SafeFileHandle(descriptor, ownsHandle: true);
                _directory.OpenFiles.Add(this);
            }

            IsRecent = true;
            use = new DescriptorUse(_handle);
            return Errno.Success;
        }
    }

    /// <summary>Nobody has the file open now. A call in progress finishes on the descriptor that it uses.</summary>
    public void Close()
    {
        lock (_directory.OpenFiles)
        {
            if (_handle is not null)
            {
                _directory.OpenFiles.Remove(this);
                CloseHandle();
            }
        }
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

    /// <summary>Closes the descriptor. Under the directory's lock.</summary>
    internal void CloseHandle()
    {
        _handle!.Dispose();
        _handle = null;
    }
}
