using System.Runtime.InteropServices;

namespace VirtualRoot.Linux.Zstd;

/// <summary>A <c>ZSTD_CCtx</c>.</summary>
internal sealed class ZstdCompressionHandle : SafeHandle
{
    /// <summary>A new context.</summary>
    public ZstdCompressionHandle()
        : base(0, ownsHandle: true)
    {
        SetHandle(ZstdNative.ZSTD_createCCtx());
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => ZstdNative.ZSTD_freeCCtx(handle) == 0;
}
