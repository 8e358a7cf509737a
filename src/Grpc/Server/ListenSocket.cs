using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;

namespace VirtualRoot.Grpc.Server;

/// <summary>Binds what Kestrel listens on.</summary>
internal static class ListenSocket
{
    private const int AT_FDCWD = -100;
    private const int FileTypeMask = 0xf000;
    private const int SocketFile = 0xc000;

    /// <exception cref="IOException">It cannot be bound; where another listens there, a <see cref="SocketException"/> that Kestrel tells.</exception>
    public static Socket Bind(EndPoint endPoint)
    {
        try
        {
            return endPoint is UnixDomainSocketEndPoint unix ? BindUnix(unix, unix.ToString()) : SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint);
        }
        catch (SocketException exception) when (exception.SocketErrorCode != SocketError.AddressAlreadyInUse)
        {
            string remedy = endPoint is UnixDomainSocketEndPoint
                ? "its directory must be there, one that this user may write to"
                : "name an address of this machine, and a port that this user may listen on";
            throw new IOException($"cannot listen on {endPoint}: {exception.Message}; {remedy}", exception);
        }
    }

    private static Socket BindUnix(UnixDomainSocketEndPoint endPoint, string path)
    {
        RemoveDead(path);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            // Nobody can connect before Kestrel listens, so that the socket is never reachable with a wider mode.
            socket.Bind(endPoint);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Removes a socket file that nobody listens on: what a killed server leaves behind.</summary>
    /// <exception cref="IOException">A server listens there, or the file is no socket.</exception>
    private static void RemoveDead(string path)
    {
        if (!Path.Exists(path))
        {
            return;
        }

        if (!IsSocket(path))
        {
            throw new IOException($"cannot listen on {path}: there is a file that is no socket; remove it or choose another path");
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
            return;
        }
        catch (SocketException exception)
        {
            throw new IOException($"cannot listen on {path}: whether its server lives cannot be told ({exception.Message}); remove it or choose another path", exception);
        }

        throw new IOException($"cannot listen on {path}: another server listens there; stop it or choose another path");
    }

    // connect(2) refuses an ordinary file with the same error as a dead socket, and only the latter may be deleted.
    private static bool IsSocket(string path)
    {
        using var workingDirectory = new SafeFileHandle(AT_FDCWD, ownsHandle: false);
        byte[] terminated = [.. Encoding.UTF8.GetBytes(path), 0];
        return Syscall.StatX(workingDirectory, terminated, StatXMask.STATX_TYPE, out StatXBuffer found) == 0
            && (found.Mode & FileTypeMask) == SocketFile;
    }
}
