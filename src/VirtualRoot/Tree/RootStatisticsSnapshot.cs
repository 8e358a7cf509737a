namespace VirtualRoot.Tree;

/// <summary>What a root had cost at one moment.</summary>
/// <param name="Requests">Requests of the kernel on its nodes.</param>
/// <param name="BlobsFetched">Files whose blob was not in the local cache when it was needed.</param>
/// <param name="BytesFetched">Their bytes.</param>
/// <param name="DirectoriesResolved">Input directories whose listing was needed. One that the kernel forgot meanwhile
/// counts again, here and in the next two.</param>
/// <param name="DirectoriesRead">Input directories that were listed.</param>
/// <param name="FilesRead">Input files whose bytes were read.</param>
/// <param name="BytesWritten">Bytes that WRITE brought.</param>
/// <param name="InputWait">How long at least one request has waited for an input.</param>
public sealed record RootStatisticsSnapshot(
    long Requests,
    long BlobsFetched,
    long BytesFetched,
    long DirectoriesResolved,
    long DirectoriesRead,
    long FilesRead,
    long BytesWritten,
    TimeSpan InputWait);
