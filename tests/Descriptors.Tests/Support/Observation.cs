namespace VirtualRoot.Descriptors.Tests.Support;

/// <summary>What a use wrote, and how it ended.</summary>
/// <param name="Use">Its name.</param>
/// <param name="Status">Its exit status, negative for a signal, or TIMEOUT.</param>
/// <param name="Out">Standard output.</param>
/// <param name="Err">Standard error.</param>
public sealed record Observation(string Use, string Status, string Out, string Err)
{
    public override string ToString() => $"status {Status}\nout: {Out}\nerr: {Err}";
}
