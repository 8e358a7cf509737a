namespace VirtualRoot.CasClient.Results;

/// <summary>A symbolic link among an action's outputs (REAPI <c>OutputSymlink</c>).</summary>
/// <param name="Path">The path as it was asked for.</param>
/// <param name="Target">Where it points, as it stands: relative, absolute or to nothing.</param>
/// <param name="Properties">What was asked for beyond that.</param>
public sealed record OutputSymlink(string Path, string Target, NodeProperties Properties = default);
