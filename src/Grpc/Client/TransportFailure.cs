using System.Net.Sockets;
using System.Security.Authentication;
using VirtualRoot.Grpc.Wire;

namespace VirtualRoot.Grpc.Client;

/// <summary>Turns what the HTTP stack throws into a status that names the address.</summary>
internal static class TransportFailure
{
    public static Status ToStatus(Exception exception, string address, CallEnding ending, bool deadlinePassed)
    {
        switch (ending)
        {
            case CallEnding.Deadline:
                return new Status(StatusCode.DeadlineExceeded, $"{address} did not answer within the call's timeout");
            case CallEnding.Caller:
                return new Status(StatusCode.Cancelled, "the caller cancelled the call");
            case CallEnding.Disposed:
                return new Status(StatusCode.Cancelled, "the call was disposed before its end");
        }

        string reason = exception.GetBaseException().Message;
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case HttpProtocolException protocol:
                    return FromProtocol(protocol, address, deadlinePassed);
                case AuthenticationException:
                    return new Status(StatusCode.Unavailable, $"TLS to {address} failed: {reason}");
                case SocketException:
                    return new Status(StatusCode.Unavailable, $"cannot reach {address}: {reason}");
            }
        }

        return exception is OperationCanceledException
            ? new Status(StatusCode.Unavailable, $"cannot reach {address}: no connection within the connect timeout")
            : new Status(StatusCode.Unavailable, $"the connection to {address} failed: {reason}");
    }

    private static Status FromProtocol(HttpProtocolException exception, string address, bool deadlinePassed)
    {
        StatusCode code = StatusMapping.FromHttp2Error(exception.ErrorCode);

        // The table is for reset streams. A connection that ends (GOAWAY of a server that restarts, a ping without answer) has
        // the same type of exception with the same codes; only its text, or with stripped resources its key, tells them apart.
        if (!exception.Message.Contains("stream", StringComparison.Ordinal))
        {
            code = code == StatusCode.ResourceExhausted ? code : StatusCode.Unavailable;
            return new Status(code, $"the connection to {address} failed: {exception.Message}");
        }

        // A server whose clock is a little ahead resets the stream just before the timer here fires.
        return code == StatusCode.Cancelled && deadlinePassed
            ? new Status(StatusCode.DeadlineExceeded, $"{address} reset the call at its deadline")
            : new Status(code, $"{address} reset the call: {exception.Message}");
    }
}
