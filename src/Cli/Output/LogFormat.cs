namespace VirtualRoot.Cli.Output;

/// <summary>What standard error has.</summary>
internal enum LogFormat
{
    /// <summary>Lines for people.</summary>
    Text,

    /// <summary>A JSON object on each line, for collectors of logs.</summary>
    Json,
}
