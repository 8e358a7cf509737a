using VirtualRoot.CasClient.Results;

namespace VirtualRoot.Outputs;

/// <summary>Outputs that are in the CAS now.</summary>
/// <param name="Result">What the action left; the exit code and the metadata are the caller's to add.</param>
/// <param name="Warnings">What the caller should tell, a line each.</param>
/// <param name="Statistics">What it took.</param>
public sealed record CapturedOutputs(ActionResult Result, IReadOnlyList<string> Warnings, OutputStatistics Statistics);
