using VirtualRoot.CasClient.Results;
using VirtualRoot.Outputs;

namespace VirtualRoot.Cli.Running;

/// <summary>What a run left, and what it took to capture it.</summary>
internal sealed record CapturedRun
{
    /// <summary>The whole result.</summary>
    public required ActionResult Result { get; init; }

    /// <summary>What to tell the user.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>What was hashed and sent.</summary>
    public required OutputStatistics Statistics { get; init; }

    /// <summary>Blobs of files that were fetched for it.</summary>
    public required long BlobsFetched { get; init; }

    /// <summary>Blobs in the cache that were opened for it.</summary>
    public required long BlobsOpened { get; init; }

    /// <summary>From the action's end until the outputs were in the CAS.</summary>
    public required TimeSpan Time { get; init; }
}
