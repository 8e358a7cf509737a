namespace VirtualRoot.Outputs;

/// <summary>What a capture did.</summary>
/// <param name="KnownFiles">Files whose digest was known: inputs, unchanged, renamed, linked or copied.</param>
/// <param name="HashedFiles">Written files that were hashed at the end.</param>
/// <param name="HashedBytes">Their bytes.</param>
/// <param name="HashedEarlier">Written files that had been hashed when their last writer closed them.</param>
/// <param name="Directories">Directories encoded.</param>
/// <param name="BlobsSent">Blobs that the CAS lacked and has now.</param>
/// <param name="BytesSent">Their bytes.</param>
public readonly record struct OutputStatistics(
    long KnownFiles, long HashedFiles, long HashedBytes, long HashedEarlier, long Directories, long BlobsSent, long BytesSent);
