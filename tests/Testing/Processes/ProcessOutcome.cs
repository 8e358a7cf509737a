using System.Text;

namespace VirtualRoot.Testing.Processes;

/// <summary>How a child ended: its status (128 + the signal's number, as a shell tells it) and all that it wrote.</summary>
public sealed record ProcessOutcome(string CommandLine, int ExitCode, byte[] OutputBytes, byte[] ErrorBytes, TimeSpan Elapsed)
{
    public string Output => Encoding.UTF8.GetString(OutputBytes);

    public string Error => Encoding.UTF8.GetString(ErrorBytes);

    /// <summary>This outcome, when the status is <paramref name="exitCode"/>.</summary>
    /// <exception cref="InvalidOperationException">It is another; the message holds everything.</exception>
    public ProcessOutcome Expect(int exitCode = 0) => ExitCode == exitCode
        ? this
        : throw new InvalidOperationException($"expected status {exitCode}, got:{Environment.NewLine}{this}");

    public override string ToString() => $"""
        $ {CommandLine}
        status {ExitCode} after {Elapsed.TotalSeconds:F1} s
        --- stdout ---
        {Excerpt(Output)}
        --- stderr ---
        {Excerpt(Error)}
        """;

    private static string Excerpt(string text) => text.Length <= 4000 ? text : string.Concat(text.AsSpan(0, 2000), "\n[…]\n", text.AsSpan(text.Length - 2000));
}
