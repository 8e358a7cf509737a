using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace VirtualRoot.Grpc.Server;

/// <summary>What Kestrel asks of a service container.</summary>
internal sealed class KestrelServices : IServiceProvider
{
    /// <summary>Without TLS Kestrel wants a logger factory alone; a container would cost its assemblies at every start.</summary>
    public static IServiceProvider Plain { get; } = new KestrelServices();

    public object? GetService(Type serviceType) => serviceType == typeof(ILoggerFactory) ? NullLoggerFactory.Instance : null;

    /// <summary>
    /// With TLS Kestrel wants services of its own that only its registration can make. The application around them is never
    /// started and holds no resource.
    /// </summary>
    public static IServiceProvider ForTls()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        return builder.Build().Services;
    }
}
