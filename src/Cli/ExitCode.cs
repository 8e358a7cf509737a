namespace VirtualRoot.Cli;

/// <summary>What vroot's exit status means; docs/cli.md tells users.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary><c>doctor</c>: something that <c>vroot run</c> needs is missing.</summary>
    public const int NotReady = 1;

    /// <summary>The command line, an environment variable or the configuration file is wrong.</summary>
    public const int Usage = 2;

    /// <summary>vroot itself failed; of <c>run</c>: whatever the command's own status was.</summary>
    public const int Failed = 125;

    /// <summary>The status that stands for a signal.</summary>
    public static int OfSignal(int signal) => 128 + signal;
}
