namespace VirtualRoot.Tools.Tests.Support;

/// <summary>A command of the catalogue.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Script">What bash runs.</param>
/// <param name="NeedsSpecial">Whether it fails, or says something else, where the root has no special directories.</param>
/// <param name="NeedsRoot">Whether a user namespace of one id is not enough for it.</param>
public sealed record ToolCase(string Name, string Script, bool NeedsSpecial, bool NeedsRoot);
