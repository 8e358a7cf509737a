using System.Text;
using VirtualRoot.Special.Machine;

namespace VirtualRoot.Special.Proc;

/// <summary>/proc/PID/net: a machine that has the loopback alone, by whose IPv6 address the JVM knows that there is IPv6. The
/// interfaces and connections of the machine are nobody's concern, so the tables of connections have their heads only.</summary>
internal static class NetDirectory
{
    private const string Device = """
        Inter-|   Receive                                                |  Transmit
         face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
            lo:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0

        """;

    private const string Sockets = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
    private const string Sockets6 = "  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";

    private static readonly (string Name, string Text)[] s_files = [
        ("if_inet6", "00000000000000000000000000000001 01 80 10 80       lo\n"),
        ("dev", Device.ReplaceLineEndings("\n")),
        ("route", "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT                                                       \n"),
        ("ipv6_route", "00000000000000000000000000000001 80 00000000000000000000000000000000 00 00000000000000000000000000000000 00000000 00000002 00000000 80200001       lo\n"),
        ("arp", "IP address       HW type     Flags       HW address            Mask     Device\n"),
        ("tcp", Sockets + "                                                     \n"),
        ("tcp6", Sockets6 + "\n"),
        ("udp", " " + Sockets + " ref pointer drops            \n"),
        ("udp6", Sockets6 + " ref pointer drops\n"),
        ("raw", Sockets + " ref pointer drops\n"),
        ("unix", "Num       RefCount Protocol Flags    Type St Inode Path\n"),
    ];

    /// <summary>The directory with the inode number <paramref name="inode"/>.</summary>
    public static StaticDirectory Create(SpecialContext context, ulong inode) => new(
        context, inode, 0x16d, comesFirst: false,
        [.. s_files.Select(file => (Encoding.ASCII.GetBytes(file.Name), (SpecialNode)new MachineFile(
            context, SpecialInode.Of(Encoding.ASCII.GetBytes("proc/net/" + file.Name)), new FixedContent(file.Text))))]);
}
