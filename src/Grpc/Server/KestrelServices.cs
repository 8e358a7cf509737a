using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace VirtualRoot.Grpc.Server;

/// <summary>The one service that Kestrel's TLS asks for. A container would cost its assemblies at every start.</summary>
internal sealed class KestrelServices : IServiceProvider
{
    public object? GetService(Type serviceType) => serviceType == typeof(ILoggerFactory) ? NullLoggerFactory.Instance : null;
}
