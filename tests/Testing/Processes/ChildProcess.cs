using System.Diagnostics;
using VirtualRoot.Linux;

namespace VirtualRoot.Testing.Processes;

/// <summary>A child with a time limit, whose output can be awaited, and which never outlives its owner.</summary>
public sealed class ChildProcess : IDisposable
{
    private readonly Process _process;
    private readonly ProcessCommand _command;
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    private ChildProcess(ProcessCommand command)
    {
        _command = command;
        _process = Process.Start(command.ToStartInfo())!;
        Output = new OutputCapture(_process.StandardOutput.BaseStream);
        Error = new OutputCapture(_process.StandardError.BaseStream);
        try
        {
            _process.StandardInput.BaseStream.Write(command.Input);
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It reads no input, or is gone already: its status tells.
        }
    }

    public int Id => _process.Id;

    public OutputCapture Output { get; }

    public OutputCapture Error { get; }

    public bool HasExited => _process.HasExited;

    public static ChildProcess Start(ProcessCommand command) => new(command);

    /// <summary>Runs it to its end.</summary>
    public static ProcessOutcome Run(ProcessCommand command, TimeSpan limit)
    {
        using ChildProcess child = new(command);
        return child.WaitForExit(limit);
    }

    /// <summary>Sends <paramref name="signal"/> to this process alone.</summary>
    public void Signal(int signal)
    {
        int result = Syscall.Kill(Id, signal);
        if (result < 0)
        {
            throw new InvalidOperationException($"kill({Id}, {signal}): errno {-result}");
        }
    }

    /// <summary>Waits for the end of the process and of its output.</summary>
    /// <exception cref="TimeoutException">It still runs, or something that it left behind still holds its output.</exception>
    public ProcessOutcome WaitForExit(TimeSpan limit)
    {
        if (!_process.WaitForExit(limit))
        {
            _process.Kill(entireProcessTree: true);
            throw new TimeoutException($"still running after {limit.TotalSeconds} s: {Describe()}");
        }

        TimeSpan elapsed = _clock.Elapsed;
        if (!Task.WaitAll([Output.Completion, Error.Completion], TimeSpan.FromSeconds(10)))
        {
            throw new TimeoutException($"it ended, but something still holds its output: {Describe()}");
        }

        return new ProcessOutcome(_command.ToString(), _process.ExitCode, Output.Bytes, Error.Bytes, elapsed);
    }

    /// <summary>Waits until its output holds <paramref name="text"/>.</summary>
    public void WaitForOutput(string text, TimeSpan limit)
    {
        if (!Output.WaitFor(all => all.Contains(text, StringComparison.Ordinal), limit))
        {
            throw new TimeoutException($"no \"{text}\" in the output: {Describe()}");
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit(5000);
        }

        _process.Dispose();
    }

    private string Describe() =>
        new ProcessOutcome(_command.ToString(), _process.HasExited ? _process.ExitCode : -1, Output.Bytes, Error.Bytes, _clock.Elapsed).ToString();
}
