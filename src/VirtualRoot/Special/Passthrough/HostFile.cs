using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;

namespace VirtualRoot.Special.Passthrough;

/// <summary>A file of the machine's /proc, /sys or /dev, to read. The kernel checks the caller's right by the mode and owner that
/// are told here (default_permissions), and the daemon's own when it opens the file.</summary>
internal sealed class HostFile(HostTree tree, string path, NodeKind kind) : SpecialFile(tree.InodeOf(path))
{
    /// <inheritdoc/>
    public override NodeKind Kind => kind;

    /// <inheritdoc/>
    public override bool NameIsStable => false;

    /// <inheritdoc/>
    public override bool IsGenerated => true;

    /// <inheritdoc/>
    public override Errno GetAttributes(in Caller caller, out NodeAttributes attributes) => tree.Find(path, this, out attributes);

    /// <inheritdoc/>
    public override Errno Open(in Caller caller, int flags, out SpecialHandle? handle)
    {
        handle = null;
        if (!OpenMode.IsReadOnly(flags) || kind != NodeKind.File)
        {
            return Errno.EACCES;
        }

        Errno errno = tree.Find(path, this, out NodeAttributes attributes);
        if (errno != Errno.Success || attributes.Kind != kind)
        {
            return errno == Errno.Success ? Errno.ENOENT : errno;
        }

        errno = tree.Open(path, OpenFlags.O_NONBLOCK, out SafeFileHandle? file);
        handle = file is null ? null : new HostHandle(file);
        return errno;
    }
}
