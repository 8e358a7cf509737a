using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.Cli.Cas;
using VirtualRoot.Cli.Settings;

namespace VirtualRoot.Cli.Doctor;

/// <summary>Whether the CAS answers.</summary>
internal static class CasCheck
{
    private const string Name = "CAS";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    public static async Task<CheckResult> OfAsync(CommonSettings settings, CancellationToken cancellationToken)
    {
        CasEndpointOptions endpoint = OpenedCas.EndpointOf(settings)! with { RetryDeadline = s_patience, CallTimeout = s_patience };
        try
        {
            await using CasConnection connection = CasConnection.Open(endpoint);
            CasCapabilities capabilities = await connection.GetCapabilitiesAsync(cancellationToken);
            string functions = string.Join(", ", capabilities.DigestFunctions);
            return new CheckResult(
                Name,
                CheckState.Works,
                capabilities.IsAnnounced
                    ? $"{endpoint}: REAPI {capabilities.LowApiVersion} to {capabilities.HighApiVersion}, {functions}{(capabilities.HasZstd ? ", zstd" : "")}"
                    : $"{endpoint}: answers, without Capabilities");
        }
        catch (CasException exception)
        {
            return new CheckResult(Name, CheckState.Fails, exception.Message, "check --cas, --instance, the TLS files and the headers; is the server up?");
        }
    }
}
