using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Directories;
using VirtualRoot.Cli.Running;

namespace VirtualRoot.Cli.Demo;

/// <summary>What a demonstration showed.</summary>
internal sealed record DemoOutcome
{
    /// <summary>The program that ran.</summary>
    public required DemoProgram Program { get; init; }

    /// <summary>The CAS's address.</summary>
    public required string Cas { get; init; }

    /// <summary>The input root.</summary>
    public required Digest Root { get; init; }

    /// <summary>What it holds.</summary>
    public required TreeTotals Totals { get; init; }

    /// <summary>The run.</summary>
    public required RootRunResult Run { get; init; }

    /// <summary>What the program printed.</summary>
    public required string Output { get; init; }

    /// <summary>Whether the chrooted program found itself.</summary>
    public bool FoundItself => Run.ExitStatus == 0 && Output.Contains("/proc/self/exe -> " + Program.PathInRoot, StringComparison.Ordinal);
}
