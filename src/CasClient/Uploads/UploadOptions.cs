namespace VirtualRoot.CasClient.Uploads;

/// <summary>How a directory tree is uploaded.</summary>
public sealed record UploadOptions
{
    /// <summary>The function that names its blobs.</summary>
    public DigestFunction DigestFunction { get; init; } = DigestFunction.Sha256;

    /// <summary>Leave out sockets, FIFOs and devices, which REAPI cannot express, instead of refusing the tree.</summary>
    public bool SkipSpecialFiles { get; init; }

    /// <summary>Files hashed at the same time; at least 1.</summary>
    public int HashThreads { get; init; } = Math.Max(2, Environment.ProcessorCount);

    /// <summary>Uploads under way at the same time; at least 1.</summary>
    public int Uploads { get; init; } = 4;

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">All faults at once, one a line.</exception>
    public void Validate()
    {
        List<string> faults = [];
        if (!DigestHasher.IsSupported(DigestFunction))
        {
            faults.Add($"digest function {DigestFunction} is not supported: use SHA256, SHA1, MD5, SHA384 or SHA512");
        }

        if (HashThreads < 1 || Uploads < 1)
        {
            faults.Add($"{HashThreads} hash threads and {Uploads} uploads: at least one of each is needed");
        }

        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join('\n', faults));
        }
    }
}
