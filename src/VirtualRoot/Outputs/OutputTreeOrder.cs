using VirtualRoot.CasClient;

namespace VirtualRoot.Outputs;

/// <summary>Encodes a captured directory and all below it, children first, with its own stack.</summary>
internal static class OutputTreeOrder
{
    /// <summary>Encodes what is not encoded yet.</summary>
    /// <returns>The distinct directories below, and <paramref name="root"/> first: each before the ones that it names.</returns>
    public static List<CapturedDirectory> Encode(CapturedDirectory root, DigestFunction function)
    {
        List<CapturedDirectory> finished = [];
        HashSet<Digest> seen = [];
        Stack<(CapturedDirectory Directory, int Next)> open = new();
        open.Push((root, 0));
        while (open.TryPop(out (CapturedDirectory Directory, int Next) at))
        {
            if (at.Directory.HasDigest && seen.Contains(at.Directory.Digest))
            {
                continue;
            }

            if (at.Next < at.Directory.Directories.Count)
            {
                open.Push((at.Directory, at.Next + 1));
                open.Push((at.Directory.Directories[at.Next].Directory, 0));
                continue;
            }

            if (!at.Directory.HasDigest)
            {
                at.Directory.Encode(function);
            }

            if (seen.Add(at.Directory.Digest))
            {
                finished.Add(at.Directory);
            }
        }

        // Whoever names a directory is finished after it.
        finished.Reverse();
        return finished;
    }
}
