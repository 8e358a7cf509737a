namespace VirtualRoot.Tools.Tests.Support;

/// <summary>What works with real mounts and not with ours: an entry of Exceptions.json.</summary>
/// <param name="Case">The case.</param>
/// <param name="As">As whom: <c>root</c>, <c>user</c> or <c>both</c>.</param>
/// <param name="Cause">Why.</param>
public sealed record ToolException(string Case, string As, string Cause)
{
    /// <summary>Whether it is said of this command.</summary>
    public bool Covers(string name, Privilege privilege) =>
        Case == name && (As == "both" || As == (privilege == Privilege.Root ? "root" : "user"));
}
