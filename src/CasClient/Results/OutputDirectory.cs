namespace VirtualRoot.CasClient.Results;

/// <summary>A directory among an action's outputs (REAPI <c>OutputDirectory</c>).</summary>
/// <param name="Path">The path as it was asked for.</param>
/// <param name="Tree">The <c>Tree</c> of it and everything below, topologically sorted; null where none was asked for.</param>
/// <param name="RootDirectory">Its <c>Directory</c>, as an input root could name it; null where none was asked for.</param>
public sealed record OutputDirectory(string Path, Digest? Tree, Digest? RootDirectory);
