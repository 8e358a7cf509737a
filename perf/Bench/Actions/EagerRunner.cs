using Microsoft.Win32.SafeHandles;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Results;
using VirtualRoot.CasClient.Uploads;
using VirtualRoot.CasServer.Execution;
using VirtualRoot.Linux;
using VirtualRoot.Worker;

namespace VirtualRoot.Bench.Actions;

/// <summary>The worker's launcher, on roots that are written to the disk first.</summary>
internal sealed class EagerRunner(CasSession cas, ActionLauncher launcher, EagerRoot roots, string directory) : IActionRunner
{
    /// <inheritdoc/>
    public async Task<ActionRun> RunAsync(PreparedAction action, IProgress<ExecutionMetadata> progress, CancellationToken cancellationToken)
    {
        string root = Path.Combine(directory, Guid.NewGuid().ToString("N"));
        string texts = Directory.CreateDirectory(root + ".texts").FullName;
        try
        {
            ExecutionMetadata metadata = new() { InputFetchStart = DateTimeOffset.UtcNow };
            await roots.WriteAsync(action.InputRoot, root, cancellationToken);
            string working = Directory.CreateDirectory(Path.Combine(root, action.Command.WorkingDirectory)).FullName;
            foreach (string output in Outputs(action.Command))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(working, output))!);
            }

            using SafeFileHandle nothing = File.OpenHandle("/dev/null");
            using SafeFileHandle stdout = File.OpenHandle(Path.Combine(texts, "stdout"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite);
            using SafeFileHandle stderr = File.OpenHandle(Path.Combine(texts, "stderr"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite);
            metadata = metadata with { InputFetchCompleted = DateTimeOffset.UtcNow };
            ActionOptions options = new()
            {
                RootDirectory = root,
                Arguments = action.Command.Arguments,
                Environment = [.. action.Command.Environment.Select(static variable => $"{variable.Key}={variable.Value}")],
                WorkingDirectory = "/" + action.Command.WorkingDirectory,
                Stdin = nothing,
                Stdout = stdout,
                Stderr = stderr,
                Namespaces = ActionNamespaces.Pid | ActionNamespaces.Ipc | ActionNamespaces.Uts,
                NoNewPrivileges = true,
                NewSession = true,
                Timeout = action.Timeout,
            };
            ActionOutcome outcome;
            do
            {
                await using ActionProcess process = await launcher.StartAsync(options, cancellationToken);
                metadata = metadata with { ExecutionStart = DateTimeOffset.UtcNow };
                outcome = await process.Completion;
            }
            while (outcome.Error == Errno.ETXTBSY); // a child that was forked beside the copying had the copy open until its exec
            metadata = metadata with { ExecutionCompleted = DateTimeOffset.UtcNow, OutputUploadStart = DateTimeOffset.UtcNow };
            List<OutputFile> files = [];
            foreach (string output in Outputs(action.Command).Where(output => File.Exists(Path.Combine(working, output))))
            {
                files.Add(new OutputFile(output, await StoreAsync(Path.Combine(working, output), cancellationToken), IsExecutable: false));
            }

            byte[] text = new byte[RandomAccess.GetLength(stdout)];
            RandomAccess.Read(stdout, text, 0);
            metadata = metadata with { OutputUploadCompleted = DateTimeOffset.UtcNow, WorkerCompleted = DateTimeOffset.UtcNow };
            return new ActionRun
            {
                Result = new ActionResult { Files = files, ExitCode = outcome.ShellStatus, Stdout = new OutputText(text, null), Metadata = metadata },
                Message = outcome.Message ?? string.Empty,
            };
        }
        finally
        {
            Directory.Delete(root, recursive: true);
            Directory.Delete(texts, recursive: true);
        }
    }

    private static IEnumerable<string> Outputs(ActionCommand command) => command.OutputPaths.Count > 0 ? command.OutputPaths : command.OutputFiles;

    private async Task<Digest> StoreAsync(string path, CancellationToken cancellationToken)
    {
        byte[] bytes = await File.ReadAllBytesAsync(path, cancellationToken);
        Digest digest = DigestHasher.Compute(DigestFunction.Sha256, bytes);
        await cas.Sink.StoreAsync([new BlobUpload(digest, bytes)], cancellationToken);
        return digest;
    }
}
