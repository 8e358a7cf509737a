namespace VirtualRoot.Tools.Tests.Support;

/// <summary>How a command ended: a line of <c>InRoot/cases.py</c>.</summary>
/// <param name="Name">The case.</param>
/// <param name="Status">Its exit status, negative for a signal.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">The end of standard error.</param>
/// <param name="Seconds">How long it ran.</param>
public sealed record ToolOutcome(string Name, string Status, string Output, string Error, double Seconds)
{
    /// <summary>Whether somebody who waits for the command could tell the two apart. Standard error is not compared: it names the machine's own words.</summary>
    public bool IsSameAs(ToolOutcome other) => Status == other.Status && Output == other.Output;

    public override string ToString() => $"""
        status {Status} after {Seconds:F1} s
        --- stdout ---
        {Output}
        --- stderr ---
        {Error}
        """;
}
