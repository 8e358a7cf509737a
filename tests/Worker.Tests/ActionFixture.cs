using System.Diagnostics;
using System.Runtime.InteropServices;

namespace VirtualRoot.Worker.Tests;

/// <summary>vroot-init, compiled as eng/build does it, and a plain directory as a root: busybox and probe.c.</summary>
public sealed class ActionFixture : IDisposable
{
    private static readonly string[] s_applets = ["cat", "echo", "id", "pwd", "sh", "sleep", "true"];

    public ActionFixture()
    {
        // Readable for the other user that some tests become.
        Base = Directory.CreateTempSubdirectory("vroot-worker-").FullName;
        File.SetUnixFileMode(Base, (UnixFileMode)0b111_101_101);
        Root = Path.Combine(Base, "root");
        foreach (string directory in new[] { "bin", "dev", "etc", "tmp", "empty" })
        {
            Directory.CreateDirectory(Path.Combine(Root, directory));
        }

        string kernelHeaders = $"/usr/include/{(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "aarch64" : "x86_64")}-linux-gnu";
        InitPath = Compile(
            "musl-gcc",
            Path.Combine(Base, "vroot-init"),
            ["-idirafter", "/usr/include", "-idirafter", kernelHeaders, .. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Programs/Init"), "*.c")]);
        Compile("cc", Path.Combine(Root, "bin/probe"), [Path.Combine(AppContext.BaseDirectory, "Programs/probe.c")]);
        File.Copy("/bin/busybox", Path.Combine(Root, "bin/busybox"));
        foreach (string applet in s_applets)
        {
            File.CreateSymbolicLink(Path.Combine(Root, "bin", applet), "busybox");
        }

        // A shell reads /dev/null before it starts a command in the background.
        File.WriteAllBytes(Path.Combine(Root, "dev/null"), []);
        Launcher = new ActionLauncher(InitPath);
    }

    public string Base { get; }

    public string Root { get; }

    public string InitPath { get; }

    public ActionLauncher Launcher { get; }

    /// <summary>The processes that live in the root, dying ones excepted.</summary>
    public List<int> Survivors()
    {
        var found = new List<int>();
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), out int pid) && RootOf(directory) == Root)
            {
                found.Add(pid);
            }
        }

        return found;
    }

    public ActionOptions Options(params string[] arguments) => new()
    {
        RootDirectory = Root,
        Arguments = arguments,
        Environment = ["PATH=/bin"],
    };

    public async Task<ActionOutcome> RunAsync(ActionOptions options)
    {
        await using ActionProcess process = await Launcher.StartAsync(options);
        return await process.Completion.WaitAsync(TimeSpan.FromSeconds(60));
    }

    public Task<ActionOutcome> RunAsync(params string[] arguments) => RunAsync(Options(arguments));

    /// <summary>Runs with stdout in a file.</summary>
    public async Task<(ActionOutcome Outcome, byte[] Output)> CaptureAsync(ActionOptions options)
    {
        string path = Path.Combine(Base, "output-" + Guid.NewGuid());
        ActionOutcome outcome;
        using (var output = File.OpenHandle(path, FileMode.Create, FileAccess.Write))
        {
            outcome = await RunAsync(options with { Stdout = output });
        }

        return (outcome, await File.ReadAllBytesAsync(path));
    }

    /// <summary>The start of this assembly's Program as a process of its own.</summary>
    public ProcessStartInfo Driver(string report, ActionNamespaces namespaces, string[] before, params string[] command)
    {
        string[] line =
        [
            .. before, "dotnet", typeof(ActionFixture).Assembly.Location, report, Root, InitPath, namespaces.ToString(), .. command,
        ];
        var start = new ProcessStartInfo(line[0]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in line.Skip(1))
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    public void Dispose()
    {
        Launcher.Dispose();
        Directory.Delete(Base, recursive: true);
    }

    private static string? RootOf(string process)
    {
        try
        {
            return Directory.ResolveLinkTarget(process + "/root", returnFinalTarget: false)?.FullName;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // gone by now, or of somebody with more rights than we have: none of ours
        }
    }

    private static string Compile(string compiler, string output, string[] sources)
    {
        string[] arguments = ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-static", "-o", output, .. sources];
        using var process = Process.Start(compiler, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
