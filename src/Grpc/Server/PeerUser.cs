using System.Buffers.Binary;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using VirtualRoot.Linux;

namespace VirtualRoot.Grpc.Server;

/// <summary>Who is at the other end of a unix socket, as the kernel noted when it connected.</summary>
internal static class PeerUser
{
    // asm-generic/socket.h; struct ucred: pid, uid, gid, 4 bytes each.
    private const int SOL_SOCKET = 1;
    private const int SO_PEERCRED = 17;
    private const int CredentialsSize = 12;

    /// <summary>Whether the caller is this process's user, or root.</summary>
    public static bool IsOwn(HttpContext context)
    {
        if (context.Features.Get<IConnectionSocketFeature>()?.Socket is not { AddressFamily: AddressFamily.Unix } socket)
        {
            return false;
        }

        Span<byte> credentials = stackalloc byte[CredentialsSize];
        if (socket.GetRawSocketOption(SOL_SOCKET, SO_PEERCRED, credentials) != CredentialsSize)
        {
            return false;
        }

        uint uid = BitConverter.IsLittleEndian
            ? BinaryPrimitives.ReadUInt32LittleEndian(credentials[4..])
            : BinaryPrimitives.ReadUInt32BigEndian(credentials[4..]);
        return uid == 0 || uid == (uint)Syscall.Geteuid();
    }
}
