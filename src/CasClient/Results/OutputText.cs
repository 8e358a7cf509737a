namespace VirtualRoot.CasClient.Results;

/// <summary>What an action wrote to standard output or standard error: the bytes themselves, or their digest.</summary>
/// <param name="Raw">The bytes, if they stand in the result.</param>
/// <param name="Digest">The blob that holds them otherwise.</param>
public readonly record struct OutputText(ReadOnlyMemory<byte> Raw, Digest? Digest);
