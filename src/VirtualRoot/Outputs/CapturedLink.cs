using VirtualRoot.CasClient.Results;

namespace VirtualRoot.Outputs;

/// <summary>A symbolic link among the outputs, or below one.</summary>
internal sealed record CapturedLink(string Name, string Target, NodeProperties Properties);
