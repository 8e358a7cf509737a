using VirtualRoot.CasClient;

namespace VirtualRoot.CasServer.Execution;

/// <summary>A log of the worker in the CAS (REAPI <c>LogFile</c>).</summary>
/// <param name="Digest">Its bytes.</param>
/// <param name="IsHumanReadable">Whether it is text.</param>
public sealed record ServerLogFile(Digest Digest, bool IsHumanReadable);
