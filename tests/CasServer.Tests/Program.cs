using VirtualRoot.CasServer.Tests.Storage;

namespace VirtualRoot.CasServer.Tests;

/// <summary>What a test starts as another process on its store.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments) => arguments switch
    {
        ["write-until-killed", string directory, string seed] => await StoreProcess.WriteUntilKilledAsync(directory, Number(seed)),
        ["churn", string directory, string maxBytes, string seed] => StoreProcess.Churn(directory, Number(maxBytes), Number(seed)),
        _ => 2,
    };

    private static int Number(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
