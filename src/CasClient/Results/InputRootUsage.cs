namespace VirtualRoot.CasClient.Results;

/// <summary>How much of its input root an action looked at (Buildbarn's <c>InputRootResourceUsage</c>).</summary>
/// <param name="DirectoriesResolved">Directories that the action reached.</param>
/// <param name="DirectoriesRead">Directories whose contents were needed.</param>
/// <param name="FilesRead">Files whose contents were needed.</param>
public sealed record InputRootUsage(long DirectoriesResolved, long DirectoriesRead, long FilesRead);
