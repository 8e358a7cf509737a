using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Remote;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.Serve.Tests;

/// <summary>Actions in a root that holds a static busybox, and what a test adds.</summary>
internal static class BusyboxRoot
{
    private static int s_actions;

    /// <summary>An action that runs <paramref name="script"/> by busybox's shell; different from all before it.</summary>
    public static Digest Action(WorkerClient worker, string script, Action<Protos.Command>? command = null, Action<Protos.Directory>? root = null, Action<Protos.Action>? action = null)
    {
        Protos.Command message = new()
        {
            Arguments = { "sh", "-c", script, $"{Interlocked.Increment(ref s_actions)}" },
            EnvironmentVariables = { new Protos.Command.Types.EnvironmentVariable { Name = "PATH", Value = "/bin" } },
        };
        command?.Invoke(message);
        Protos.Directory top = new()
        {
            Directories = { new Protos.DirectoryNode { Name = "bin", Digest = worker.Put(Bin(worker)).ToMessage() } },
        };
        root?.Invoke(top);
        Protos.Action whole = new() { CommandDigest = worker.Put(message).ToMessage(), InputRootDigest = worker.Put(top).ToMessage() };
        action?.Invoke(whole);
        return worker.Put(whole);
    }

    /// <summary>A file at the root's top.</summary>
    public static void AddFile(Protos.Directory root, string name, Digest content) => root.Files.Add(new Protos.FileNode { Name = name, Digest = content.ToMessage() });

    private static Protos.Directory Bin(WorkerClient worker)
    {
        Protos.Directory bin = new();
        bin.Files.Add(new Protos.FileNode { Name = "busybox", Digest = worker.Put(File.ReadAllBytes("/bin/busybox")).ToMessage(), IsExecutable = true });
        bin.Symlinks.AddRange(new[] { "cat", "dd", "env", "grep", "id", "kill", "killall", "ln", "ls", "mkdir", "nc", "ps", "readlink", "setsid", "sh", "sleep", "touch", "wc" }
            .Select(static name => new Protos.SymlinkNode { Name = name, Target = "busybox" }));
        return bin;
    }
}
