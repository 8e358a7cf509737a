using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using VirtualRoot.Building;
using VirtualRoot.CasClient;
using VirtualRoot.Fuse.Mounting;
using VirtualRoot.Outputs;
using VirtualRoot.Scratch;
using VirtualRoot.Worker.Cgroups;

namespace VirtualRoot.Cli.Output;

/// <summary>The one place where an exception becomes a line and an exit status.</summary>
internal static class Failure
{
    /// <summary>Tells why a command failed.</summary>
    /// <returns>The exit status.</returns>
    public static int Tell(Exception exception, bool verbose)
    {
        if (IsBrokenPipe(exception))
        {
            return ExitCode.OfSignal(13); // SIGPIPE, which .NET ignores: the reader knows that it went away.
        }

        (string message, int exitCode) = exception switch
        {
            CliException failure => (failure.Message, failure.ExitCode),
            CasException failure => (failure.Message, ExitCode.Failed),
            OutputException failure => (failure.Message, failure.Kind == OutputErrorKind.InvalidPath ? ExitCode.Usage : ExitCode.Failed),
            ScratchException failure => (failure.Message, ExitCode.Failed),
            BuildDirectoryException failure => (failure.Message, ExitCode.Failed),
            FuseMountException failure => (failure.Message, ExitCode.Failed),
            CgroupException failure => (failure.Message, ExitCode.Failed),
            ArgumentException fault when exception is not ArgumentNullException => (fault.Message, ExitCode.Usage),
            IOException or UnauthorizedAccessException or SocketException => (exception.Message, ExitCode.Failed),
            _ => ($"{exception.GetType().Name}: {exception.Message}; this is a fault of vroot: run again with --verbose and report what it says", ExitCode.Failed),
        };
        StandardError.Tell(message.ReplaceLineEndings("; "));
        if (verbose)
        {
            StandardError.WriteLine(exception.ToString(), LogLevel.Error);
        }

        return exitCode;
    }

    private static bool IsBrokenPipe(Exception exception) =>
        exception is IOException { HResult: (int)Linux.Errno.EPIPE } or IOException { InnerException: SocketException { SocketErrorCode: SocketError.Shutdown } };
}
