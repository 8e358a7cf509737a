using VirtualRoot.CasClient;

namespace VirtualRoot.Outputs;

/// <summary>The digest of a written file's bytes in one state of them.</summary>
/// <param name="Version">The state.</param>
/// <param name="Digest">Their digest then.</param>
internal sealed record HashedContent(ulong Version, Digest Digest);
