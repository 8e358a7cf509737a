namespace VirtualRoot.CasClient.Uploads;

/// <summary>What an upload made.</summary>
/// <param name="Root">The root directory's digest.</param>
/// <param name="Totals">What was read and sent.</param>
public sealed record UploadResult(Digest Root, UploadProgress Totals);
