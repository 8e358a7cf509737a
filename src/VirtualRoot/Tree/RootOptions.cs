using VirtualRoot.CasClient;
using VirtualRoot.Nodes;

namespace VirtualRoot.Tree;

/// <summary>One root: which inputs, whose, and how they may be changed.</summary>
public sealed record RootOptions
{
    /// <summary>2000-01-01T00:00:00Z: the modification time of inputs that tell none.</summary>
    public static readonly NodeTime DefaultInputTime = new(946_684_800, 0);

    /// <summary>The digest of the input root's <c>Directory</c>.</summary>
    public required Digest InputRoot { get; init; }

    /// <summary>Owner of the root and its inputs: the uid that the action runs as.</summary>
    public uint Uid { get; init; }

    /// <summary>Group of the root and its inputs.</summary>
    public uint Gid { get; init; }

    /// <summary>What a write to an input does.</summary>
    public InputMode Inputs { get; init; }

    /// <summary>Bytes that the action may write; null: as many as the scratch disk takes.</summary>
    public long? QuotaBytes { get; init; }

    /// <summary>Files, directories, links and pipes that the action may make; null: any number.</summary>
    public long? QuotaInodes { get; init; }

    /// <summary>Bytes that may be written beside the root, where it has output texts and server logs there; null: as many as
    /// the scratch disk takes.</summary>
    public long? QuotaLogBytes { get; init; }

    /// <summary>All times of inputs without a modification time of their own.</summary>
    public NodeTime InputTime { get; init; } = DefaultInputTime;
}
