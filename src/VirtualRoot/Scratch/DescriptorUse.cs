using Microsoft.Win32.SafeHandles;

namespace VirtualRoot.Scratch;

/// <summary>A descriptor while somebody reads or writes by it: its owner may close it meanwhile, and it stays open until
/// this is disposed. The default value is none.</summary>
internal readonly struct DescriptorUse : IDisposable
{
    private readonly SafeFileHandle? _handle;

    /// <summary>Keeps <paramref name="handle"/> open. Call it under the lock that its owner closes it under.</summary>
    public DescriptorUse(SafeFileHandle handle)
    {
        bool added = false;
        handle.DangerousAddRef(ref added);
        _handle = handle;
    }

    /// <summary>The descriptor; null if there is none.</summary>
    public SafeFileHandle? Handle => _handle;

    /// <inheritdoc/>
    public void Dispose() => _handle?.DangerousRelease();
}
