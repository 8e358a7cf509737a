namespace VirtualRoot.Special.Processes;

/// <summary>Paths as the daemon sees them, and as a process sees them whose root directory is somewhere below.</summary>
internal static class RootedPath
{
    /// <summary>Whether <paramref name="path"/> is <paramref name="root"/> or lies below it; compared by components, so
    /// that <c>/rootfoo</c> is not below <c>/root</c>.</summary>
    public static bool IsBelow(ReadOnlySpan<byte> path, ReadOnlySpan<byte> root) =>
        root is [(byte)'/']
            ? path is [(byte)'/', ..]
            : path.StartsWith(root) && (path.Length == root.Length || path[root.Length] == '/');

    /// <summary>Takes the prefix <paramref name="root"/> from the first <paramref name="length"/> bytes of
    /// <paramref name="path"/>, in place.</summary>
    /// <returns>Whether the path was at or below the root; else it is left alone.</returns>
    public static bool TryStrip(Span<byte> path, ref int length, ReadOnlySpan<byte> root)
    {
        if (!IsBelow(path[..length], root))
        {
            return false;
        }

        if (root is [(byte)'/'])
        {
            return true;
        }

        if (length == root.Length)
        {
            path[0] = (byte)'/';
            length = 1;
            return true;
        }

        path[root.Length..length].CopyTo(path);
        length -= root.Length;
        return true;
    }
}
