using System.Diagnostics.CodeAnalysis;
using VirtualRoot.Fuse;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Tree;

namespace VirtualRoot.Kernel;

/// <content>
/// GETXATTR, LISTXATTR, SETXATTR, REMOVEXATTR: the <c>user.*</c> names of files and directories, in memory. Who may is
/// the kernel's check. What other name spaces mean (capabilities, ACLs, labels) a root does not enforce, so it does not store them.
/// </content>
public sealed partial class RootFileSystem
{
    /// <inheritdoc/>
    public FuseResult GetExtendedAttribute(in FuseRequest request, ReadOnlySpan<byte> name, Span<byte> value, out int length)
    {
        length = 0;
        if (!TryGetBearer(request, name, out TreeNode? node, out Errno errno))
        {
            return errno; // security.capability is asked for at every exec
        }

        lock (node.Root.Gate)
        {
            if (node.Metadata?.ExtendedAttributes is not { } attributes)
            {
                return Errno.ENODATA;
            }

            errno = attributes.Get(name, out ReadOnlySpan<byte> found);
            if (errno != Errno.Success)
            {
                return errno;
            }

            length = found.Length;
            if (value.Length > 0)
            {
                if (found.Length > value.Length)
                {
                    return Errno.ERANGE;
                }

                found.CopyTo(value);
            }

            return FuseResult.Success;
        }
    }

    /// <inheritdoc/>
    public FuseResult ListExtendedAttributes(in FuseRequest request, Span<byte> names, out int length)
    {
        length = 0;
        if (!TryGet(request, out Node? node))
        {
            return Errno.ESTALE;
        }

        if (node is not TreeNode bearer)
        {
            return FuseResult.Success;
        }

        lock (bearer.Root.Gate)
        {
            if (bearer.Metadata?.ExtendedAttributes is not { } attributes)
            {
                return FuseResult.Success;
            }

            length = attributes.ListLength;
            if (names.Length > 0)
            {
                if (length > names.Length)
                {
                    return Errno.ERANGE;
                }

                attributes.List(names);
            }

            return FuseResult.Success;
        }
    }

    /// <inheritdoc/>
    public FuseResult SetExtendedAttribute(in FuseRequest request, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, uint flags)
    {
        if (!TryGetBearer(request, name, out TreeNode? node, out Errno errno))
        {
            return errno;
        }

        lock (node.Root.Gate)
        {
            NodeMetadata metadata = node.ChangeMetadata();
            errno = (metadata.ExtendedAttributes ??= new ExtendedAttributes()).Set(name, value, flags);
            if (errno == Errno.Success)
            {
                metadata.ChangeTime = NodeTime.Now(node.Root.Clock);
            }

            return errno;
        }
    }

    /// <inheritdoc/>
    public FuseResult RemoveExtendedAttribute(in FuseRequest request, ReadOnlySpan<byte> name)
    {
        if (!TryGetBearer(request, name, out TreeNode? node, out Errno errno))
        {
            return errno;
        }

        lock (node.Root.Gate)
        {
            if (node.Metadata is not { ExtendedAttributes: { } attributes } metadata)
            {
                return Errno.ENODATA;
            }

            errno = attributes.Remove(name);
            if (errno == Errno.Success)
            {
                metadata.ChangeTime = NodeTime.Now(node.Root.Clock);
            }

            return errno;
        }
    }

    private bool TryGetBearer(in FuseRequest request, ReadOnlySpan<byte> name, [NotNullWhen(true)] out TreeNode? node, out Errno errno)
    {
        bool known = TryGet(request, out Node? found);
        node = found as TreeNode;
        errno = !known ? Errno.ESTALE : name.SequenceEqual("user."u8) ? Errno.EINVAL : Errno.EOPNOTSUPP;
        return node is not null && errno != Errno.EINVAL && name.StartsWith("user."u8);
    }
}
