namespace VirtualRoot.CasClient.Uploads;

/// <summary>A file that waits to be hashed; it holds its directory.</summary>
internal readonly record struct PendingFile(PendingDirectory Directory, string Name);
