namespace VirtualRoot.Fuse.Mounting;

/// <summary>One thing that mounting may need.</summary>
/// <param name="Name">A short name, fit for a table.</param>
/// <param name="IsMet">Whether it is there.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Remedy">How to get it; empty if it is there.</param>
public sealed record MountPrerequisite(string Name, bool IsMet, string Detail, string Remedy);
