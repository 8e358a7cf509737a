using System.Runtime.InteropServices;

namespace VirtualRoot.Linux.Zstd;

/// <summary>A <c>ZSTD_DCtx</c>.</summary>
internal sealed class ZstdDecompressionHandle : SafeHandle
{
    /// <summary>A new context.</summary>
    public ZstdDecompressionHandle()
        : base(0, ownsHandle: true)
    {
        SetHandle(ZstdNative.ZSTD_createDCtx());
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => ZstdNative.ZSTD_freeDCtx(handle) == 0;
}
