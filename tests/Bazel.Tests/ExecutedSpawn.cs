namespace VirtualRoot.Bazel.Tests;

/// <summary>An entry of Bazel's execution log: the action's kind, who ran it, and its outputs, below bazel-out's bin where they
/// lie there.</summary>
internal sealed record ExecutedSpawn(string Mnemonic, string Runner, IReadOnlyList<string> Outputs);
