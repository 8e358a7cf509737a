namespace VirtualRoot.CasClient.Results;

/// <summary>A regular file among an action's outputs (REAPI <c>OutputFile</c>).</summary>
/// <param name="Path">The path as it was asked for.</param>
/// <param name="Digest">Its content.</param>
/// <param name="IsExecutable">Whether anybody may execute it.</param>
/// <param name="Properties">What was asked for beyond that.</param>
public sealed record OutputFile(string Path, Digest Digest, bool IsExecutable, NodeProperties Properties = default);
