using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace VirtualRoot.Cli.Serving;

/// <summary>Tells systemd how far the service is (sd_notify(3)): a datagram to the socket that it names. Without one, nothing.</summary>
internal sealed class ServiceNotification(string? socket, ILogger logger)
{
    /// <summary>The manager that started this process, if one did and wants to know.</summary>
    public static ServiceNotification OfEnvironment(ILogger logger) => new(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"), logger);

    /// <summary>Clients can connect.</summary>
    public void Ready(string status) => Tell($"READY=1\nSTATUS={status}\n");

    /// <summary>The end has begun.</summary>
    public void Stopping(string status) => Tell($"STOPPING=1\nSTATUS={status}\n");

    private void Tell(string message)
    {
        if (socket is not { Length: > 0 } path)
        {
            return;
        }

        try
        {
            using Socket datagrams = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

            // An '@' stands for the NUL with which a name of the abstract namespace begins.
            datagrams.SendTo(System.Text.Encoding.UTF8.GetBytes(message), new UnixDomainSocketEndPoint(path[0] == '@' ? "\0" + path[1..] : path));
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            logger.ManagerNotTold(path, exception);
        }
    }
}
