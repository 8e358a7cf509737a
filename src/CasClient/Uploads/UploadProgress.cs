namespace VirtualRoot.CasClient.Uploads;

/// <summary>How far an upload is.</summary>
/// <param name="Files">Files hashed.</param>
/// <param name="FileBytes">Their bytes.</param>
/// <param name="Directories">Directories completed.</param>
/// <param name="Symlinks">Symbolic links taken up.</param>
/// <param name="Skipped">Special files left out.</param>
/// <param name="BlobsSent">Blobs, directories among them, that the sink lacked and has now.</param>
/// <param name="BytesSent">Their bytes.</param>
public readonly record struct UploadProgress(
    long Files, long FileBytes, long Directories, long Symlinks, long Skipped, long BlobsSent, long BytesSent);
