using System.Diagnostics;
using System.Text;

namespace VirtualRoot.Model.Tests.Operations;

/// <summary>Programs/operations.c at work below one directory: takes operations, gives answers.</summary>
internal sealed class OperationServer : IDisposable
{
    /// <summary>An operation that hangs: none of them waits for anything but the file system.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);
    private readonly Process _process;

    public OperationServer(string program, string directory, uint? uid)
    {
        string[] user = uid is { } id ? ["--reuid", $"{id}", "--regid", $"{id}", "--clear-groups", "--inh-caps=-all"] : ["--clear-groups"];
        ProcessStartInfo start = new("/usr/bin/setpriv", [.. user, "--", program, directory])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
            WorkingDirectory = "/",
            StandardInputEncoding = Encoding.ASCII,
            StandardOutputEncoding = Encoding.ASCII,
        };
        _process = Process.Start(start)!;
        _process.StandardInput.AutoFlush = false;
    }

    /// <summary>Starts to perform <paramref name="operations"/>; the answers, one for each.</summary>
    public Task<string[]> PerformAsync(IReadOnlyList<string> operations)
    {
        Task write = Task.Run(() =>
        {
            foreach (string operation in operations)
            {
                _process.StandardInput.Write(operation + "\n");
            }

            _process.StandardInput.Write("\n");
            _process.StandardInput.Flush();
        });
        return ReadAsync(operations, write);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(10_000))
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task<string[]> ReadAsync(IReadOnlyList<string> operations, Task write)
    {
        List<string> answers = [];
        using CancellationTokenSource time = new(s_limit);
        while (await _process.StandardOutput.ReadLineAsync(time.Token) is { Length: > 0 } line)
        {
            // The lines of a tree are indented, but for the last.
            if (line.StartsWith("  ", StringComparison.Ordinal) || line == "end")
            {
                answers[^1] += "\n" + line;
            }
            else
            {
                answers.Add(line);
            }
        }

        if (answers.Count < operations.Count)
        {
            throw new InvalidOperationException($"the server of operations ended at \"{operations[answers.Count]}\"");
        }

        await write;
        return [.. answers];
    }
}
