using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Results;

namespace VirtualRoot.Outputs;

/// <summary>A directory among the outputs, or below one. Unchanged directories are shared: one for each digest.</summary>
internal sealed class CapturedDirectory
{
    public List<CapturedFile> Files { get; } = [];

    public List<CapturedLink> Links { get; } = [];

    public List<(string Name, CapturedDirectory Directory)> Directories { get; } = [];

    /// <summary>Whether <see cref="Digest"/> is set.</summary>
    public bool HasDigest { get; private set; }

    /// <summary>The digest of the encoded directory.</summary>
    public Digest Digest { get; private set; }

    /// <summary>Whether it was encoded here; an unchanged one may not have been looked into.</summary>
    public bool IsEncoded { get; private set; }

    /// <summary>The encoded directory; empty for an unchanged one that was not looked into.</summary>
    public ReadOnlyMemory<byte> Encoded { get; private set; }

    /// <summary>An unchanged directory whose digest is all that is wanted.</summary>
    public static CapturedDirectory Unchanged(in Digest digest) => new() { HasDigest = true, Digest = digest };

    /// <summary>Encodes it; every child has its digest.</summary>
    public void Encode(DigestFunction function)
    {
        DirectoryMessage message = new();
        foreach (CapturedFile file in Files)
        {
            message.AddFile(file.Name, file.Digest, file.IsExecutable, file.Properties);
        }

        foreach (CapturedLink link in Links)
        {
            message.AddSymlink(link.Name, link.Target, link.Properties);
        }

        foreach ((string name, CapturedDirectory directory) in Directories)
        {
            message.AddDirectory(name, directory.Digest);
        }

        Encoded = message.Encode();
        Digest = DigestHasher.Compute(function, Encoded.Span);
        HasDigest = IsEncoded = true;
    }
}
