namespace VirtualRoot.Linux.Zstd;

/// <summary>Bytes that are no zstd stream, or one that is larger than was agreed. The message is one line.</summary>
public sealed class ZstdException(string message) : Exception(message);
