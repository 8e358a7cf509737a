namespace VirtualRoot.Special.Dev;

/// <summary>/dev: the devices that every program expects, and the links to the caller's own descriptors. Its names come
/// before those of the input root: an image's empty file called dev/null must not swallow what is written to it.</summary>
internal static class DevDirectory
{
    /// <summary>The directory, with real device nodes where the mount may hold them.</summary>
    public static StaticDirectory Create(SpecialContext context)
    {
        ZeroHandle zero = new(isFull: false);
        RandomHandle random = new();
        return new StaticDirectory(context, SpecialInode.Of("dev"u8), 0x1ed, comesFirst: true, [
            ("null"u8.ToArray(), Device(context, "dev/null"u8, 1, 3, new NullHandle())),
            ("zero"u8.ToArray(), Device(context, "dev/zero"u8, 1, 5, zero)),
            ("full"u8.ToArray(), Device(context, "dev/full"u8, 1, 7, new ZeroHandle(isFull: true))),
            ("random"u8.ToArray(), Device(context, "dev/random"u8, 1, 8, random)),
            ("urandom"u8.ToArray(), Device(context, "dev/urandom"u8, 1, 9, random)),
            ("tty"u8.ToArray(), context.Options.RealDeviceNodes
                ? new DeviceNode(context, SpecialInode.Of("dev/tty"u8), 5, 0)
                : new TerminalDevice(context, SpecialInode.Of("dev/tty"u8))),
            Link(context, "fd"u8, "dev/fd"u8, "/proc/self/fd"u8),
            Link(context, "stdin"u8, "dev/stdin"u8, "/proc/self/fd/0"u8),
            Link(context, "stdout"u8, "dev/stdout"u8, "/proc/self/fd/1"u8),
            Link(context, "stderr"u8, "dev/stderr"u8, "/proc/self/fd/2"u8)]);
    }

    private static SpecialFile Device(SpecialContext context, ReadOnlySpan<byte> path, uint major, uint minor, SpecialHandle emulated) =>
        context.Options.RealDeviceNodes
            ? new DeviceNode(context, SpecialInode.Of(path), major, minor)
            : new EmulatedDevice(context, SpecialInode.Of(path), emulated);

    private static (byte[] Name, SpecialNode Node) Link(SpecialContext context, ReadOnlySpan<byte> name, ReadOnlySpan<byte> path, ReadOnlySpan<byte> text) =>
        (name.ToArray(), new TextLink(context, SpecialInode.Of(path), text.ToArray()));
}
