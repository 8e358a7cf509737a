using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Directories;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.CasClient.Storage;
using VirtualRoot.CasClient.Uploads;
using VirtualRoot.CasServer;
using VirtualRoot.Cli.Running;
using VirtualRoot.Linux;
using VirtualRoot.Scratch;
using VirtualRoot.Special;
using VirtualRoot.Tree;

namespace VirtualRoot.Cli.Demo;

/// <summary>
/// The whole way on one machine: an embedded CAS on a unix socket, an upload over gRPC, a mount that fetches lazily into
/// an empty cache, and a chrooted static program that looks at /proc/self.
/// </summary>
internal static class Demonstration
{
    /// <summary>Does it; nothing is left afterwards.</summary>
    public static async Task<DemoOutcome> RunAsync(string scratch, ILogger logger, TerminationSignals signals)
    {
        using PrivateFolder folder = PrivateFolder.Create(scratch);
        DemoProgram program = DemoPrograms.Find();
        string tree = Path.Combine(folder.Path, "tree");
        DemoTree.Create(tree, program);
        CasServerOptions serverOptions = new()
        {
            Addresses = ["unix:" + Path.Combine(folder.Path, "cas.sock")],
            Storage = new BlobStoreOptions { Directory = Path.Combine(folder.Path, "cas"), Logger = logger },
            Logger = logger,
        };
        await using CasServerHost server = await CasServerHost.StartAsync(serverOptions, cancellationToken: signals.Token);
        using BlobStore cache = BlobStore.Open(new BlobStoreOptions { Directory = Path.Combine(folder.Path, "cache"), Logger = logger });
        await using CasSession cas = CasSession.Open(cache, new CasEndpointOptions { Address = server.Address }, logger: logger);
        Digest root = (await TreeUploader.UploadAsync(tree, cas.Sink, null, null, signals.Token)).Root;

        string outputFile = Path.Combine(folder.Path, "output");
        RootRunResult run;
        using (SafeFileHandle output = File.OpenHandle(outputFile, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            RootRunOptions options = new()
            {
                Root = new RootOptions { InputRoot = root, Uid = (uint)Syscall.Geteuid(), Gid = (uint)Syscall.Getgid() },
                Command = [program.PathInRoot, .. program.Arguments],
                Environment = CommandEnvironment.Build([], [], inherit: false),
                ScratchParent = scratch,
                Stdout = output,
                Special = SpecialModes.Synthesized, // ours are what it shows
                Logger = logger,
            };
            run = await RootRun.RunAsync(options, cas, signals);
        }

        return new DemoOutcome
        {
            Program = program,
            Cas = server.Address,
            Root = root,
            Totals = await TreeTotals.ComputeAsync(root, cas.Directories, cas.Limits, signals.Token),
            Run = run,
            Output = await File.ReadAllTextAsync(outputFile, signals.Token),
        };
    }
}
