using VirtualRoot.Special.Machine;

namespace VirtualRoot.Special.Proc;

/// <summary>/proc/PID/net: the loopback's IPv6 address alone, by which the JVM knows that there is IPv6. The interfaces and
/// connections of the machine are nobody's concern.</summary>
internal static class NetDirectory
{
    private const string Loopback = "00000000000000000000000000000001 01 80 10 80       lo\n";

    /// <summary>The directory with the inode number <paramref name="inode"/>.</summary>
    public static StaticDirectory Create(SpecialContext context, ulong inode) => new(context, inode, 0x16d, comesFirst: false, [
        ("if_inet6"u8.ToArray(), new MachineFile(context, SpecialInode.Of("proc/net/if_inet6"u8), new FixedContent(Loopback)))]);
}
