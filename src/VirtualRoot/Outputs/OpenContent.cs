using Microsoft.Win32.SafeHandles;

namespace VirtualRoot.Outputs;

/// <summary>A file's bytes in one state of them, on a descriptor of the owner's own.</summary>
/// <param name="Handle">The owner's to dispose.</param>
/// <param name="Size">How many bytes of it are the file's: it may be the beginning of a blob.</param>
/// <param name="Version">The state.</param>
internal readonly record struct OpenContent(SafeFileHandle Handle, long Size, ulong Version);
