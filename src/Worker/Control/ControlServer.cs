using System.Text;
using Microsoft.Extensions.Logging;
using VirtualRoot.Building;
using VirtualRoot.CasClient.Uploads;
using VirtualRoot.Grpc;
using VirtualRoot.Tree;

namespace VirtualRoot.Worker.Control;

/// <summary>
/// The control API of a mounted root or of a build directory: gRPC on a unix socket of mode 0600, in the daemon's private
/// folder where nobody names another place. Only the daemon's own user and root may call; the kernel tells who does
/// (SO_PEERCRED).
/// </summary>
public sealed class ControlServer : IAsyncDisposable
{
    // sun_path (unix(7)) has 108 bytes, the last one NUL.
    private const int MaxSocketPath = 107;

    private readonly GrpcServerHost _host;

    private ControlServer(GrpcServerHost host, string path)
    {
        _host = host;
        Path = path;
    }

    /// <summary>The socket; the named one of two.</summary>
    public string Path { get; }

    /// <summary>The socket in a daemon's private folder.</summary>
    public static string SocketIn(string folder) => System.IO.Path.Combine(folder, "control");

    /// <summary>Serves one root, in <paramref name="folder"/>.</summary>
    /// <param name="folder">The daemon's private folder.</param>
    /// <param name="root">The root.</param>
    /// <param name="sink">Where outputs go.</param>
    /// <param name="logger">Told of calls that fail unexpectedly.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <returns>The server; null where the folder's path is too long for a socket: the root is served without.</returns>
    public static async Task<ControlServer?> TryStartAsync(string folder, Root root, IBlobSink sink, ILogger logger, CancellationToken cancellationToken)
    {
        string path = SocketIn(folder);
        return IsSocketPath(path) ? await ListenAsync([path], new RootCalls(root, sink).AddTo, logger, cancellationToken).ConfigureAwait(false) : null;
    }

    /// <summary>Serves a build directory: in its private folder, where <c>vroot commit</c> looks, and where somebody names it.</summary>
    /// <param name="named">The path of another socket; null: none.</param>
    /// <param name="build">The build directory.</param>
    /// <param name="sink">Where outputs go.</param>
    /// <param name="logger">Told of calls that fail unexpectedly.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="ArgumentException">The path is too long for a socket.</exception>
    /// <exception cref="IOException">It cannot be listened on.</exception>
    public static Task<ControlServer> StartAsync(string? named, BuildDirectory build, IBlobSink sink, ILogger logger, CancellationToken cancellationToken)
    {
        string own = SocketIn(build.Folder);
        string path = named ?? own;
        return IsSocketPath(path)
            ? ListenAsync(named is null || !IsSocketPath(own) ? [path] : [own, path], new BuildDirectoryCalls(build, sink).AddTo, logger, cancellationToken)
            : throw new ArgumentException($"{path} is longer than the {MaxSocketPath} bytes of a socket's path: name a shorter one by --control");
    }

    /// <summary>Stops listening; a call in progress is broken off.</summary>
    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private static bool IsSocketPath(string path) => Encoding.UTF8.GetByteCount(path) <= MaxSocketPath;

    private static async Task<ControlServer> ListenAsync(string[] paths, Action<GrpcServerHost> addCalls, ILogger logger, CancellationToken cancellationToken)
    {
        GrpcServerHost host = new(new GrpcServerOptions { Addresses = [.. paths.Select(static path => "unix:" + path)], OwnUserOnly = true, Logger = logger });
        try
        {
            addCalls(host);
            await host.StartAsync(cancellationToken).ConfigureAwait(false);
            return new ControlServer(host, paths[^1]);
        }
        catch
        {
            await host.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
