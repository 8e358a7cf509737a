using System.Globalization;
using Microsoft.Extensions.Logging;
using VirtualRoot.Linux;

namespace VirtualRoot.Worker.Cgroups;

/// <summary>The cgroup of one action; its command joins it before it is executed (<see cref="ActionOptions.Cgroup"/>).</summary>
public sealed class ActionCgroup : IAsyncDisposable
{
    private const int SIGKILL = 9;

    // What was killed leaves its cgroup when it is reaped; a process that waits in the kernel, later.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly ILogger _logger;

    internal ActionCgroup(string directory, ILogger logger)
    {
        Directory = directory;
        _logger = logger;
    }

    /// <summary>Its directory.</summary>
    public string Directory { get; }

    /// <summary>What it counted so far.</summary>
    /// <exception cref="IOException">A file of it cannot be read.</exception>
    public CgroupReport Read() => CgroupReport.Read(Directory);

    /// <summary>Kills what is left in it, and removes it. What stays, because a process is stuck in the kernel, is logged.</summary>
    public async ValueTask DisposeAsync() => await RemoveAsync(Directory, _logger).ConfigureAwait(false);

    /// <summary>Kills all in a cgroup and those below, and removes them.</summary>
    /// <returns>Whether it is gone.</returns>
    internal static async Task<bool> RemoveAsync(string directory, ILogger logger)
    {
        string reason = "";
        for (long end = Environment.TickCount64 + (long)s_patience.TotalMilliseconds; ;)
        {
            try
            {
                Kill(directory);
                RemoveTree(directory);
                return true;
            }
            catch (DirectoryNotFoundException)
            {
                return true;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                reason = exception.Message; // EBUSY: a process of it is not reaped yet
            }

            if (Environment.TickCount64 > end)
            {
                CgroupLog.NotRemoved(logger, directory, reason);
                return false;
            }

            await Task.Delay(2).ConfigureAwait(false);
        }
    }

    private static void Kill(string directory)
    {
        if (CgroupFiles.ReadNumbers(directory, "cgroup.events").GetValueOrDefault("populated") == 0)
        {
            return;
        }

        if (File.Exists(Path.Combine(directory, "cgroup.kill")))
        {
            CgroupFiles.Write(directory, "cgroup.kill", "1");
            return;
        }

        // Before Linux 5.14: whoever forks meanwhile is met the next time.
        foreach (string process in System.IO.Directory.EnumerateFiles(directory, "cgroup.procs", SearchOption.AllDirectories).SelectMany(File.ReadAllLines))
        {
            Syscall.Kill(int.Parse(process, CultureInfo.InvariantCulture), SIGKILL);
        }
    }

    private static void RemoveTree(string directory)
    {
        foreach (string child in System.IO.Directory.GetDirectories(directory))
        {
            RemoveTree(child);
        }

        System.IO.Directory.Delete(directory);
    }
}
