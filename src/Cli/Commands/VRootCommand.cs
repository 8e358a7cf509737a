using System.CommandLine;
using VirtualRoot.Cli.Output;
using VirtualRoot.Cli.Settings;

namespace VirtualRoot.Cli.Commands;

/// <summary>A command of vroot: examples for its help, its signals, and the one place where its failures are told.</summary>
internal abstract class VRootCommand : Command
{
    protected VRootCommand(string name, string description, params string[] examples)
        : base(name, description)
    {
        Examples = examples;
        SetAction(InvokeAsync);
    }

    /// <summary>Command lines for the help, each with a comment behind two blanks.</summary>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>The options that it shares with others.</summary>
    protected CommonOptions Common { get; } = new();

    /// <summary>Does it.</summary>
    /// <param name="parse">What was written.</param>
    /// <param name="signals">SIGINT, SIGTERM and SIGHUP.</param>
    /// <returns>The exit status.</returns>
    protected abstract Task<int> ExecuteAsync(ParseResult parse, TerminationSignals signals);

    private async Task<int> InvokeAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        using TerminationSignals signals = new();
        try
        {
            return await ExecuteAsync(parse, signals);
        }
        catch (OperationCanceledException) when (signals.Received != 0)
        {
            return ExitCode.OfSignal(signals.Received);
        }
#pragma warning disable CA1031 // The outermost frame: whatever failed is told, none is lost.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return Failure.Tell(exception, Common.IsVerbose(parse));
        }
    }
}
