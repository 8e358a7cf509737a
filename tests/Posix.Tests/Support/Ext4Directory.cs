using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Posix.Tests.Support;

/// <summary>
/// A directory on ext4: an image of its own, since all of the many small files go with it at once; where there are no loop
/// devices, a part of the temporary directory.
/// </summary>
public sealed class Ext4Directory : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);
    private readonly TestDirectory _directory = new();
    private readonly bool _isMounted;

    public Ext4Directory()
    {
        Path = _directory.Create("ext4");
        if (HasLoopDevices)
        {
            string image = _directory["ext4.img"];
            Run("/usr/bin/truncate", "-s", "2G", image);
            Run("/usr/sbin/mkfs.ext4", "-q", "-F", "-O", "^has_journal", "-N", "200000", "-E", "nodiscard", image);
            Run("/usr/bin/mount", "-o", "loop", image, Path);
            _isMounted = true;
        }
    }

    /// <summary>Why there can be none here, or null.</summary>
    public static string? Missing => HasLoopDevices || IsExt4(System.IO.Path.GetTempPath())
        ? null
        : "the temporary directory is not on ext4, and there is no /dev/loop-control to mount an image with";

    public string Path { get; }

    private static bool HasLoopDevices => File.Exists("/dev/loop-control");

    /// <summary>A new directory of that user's.</summary>
    public string Create(string name, uint? owner = null)
    {
        string path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(path);
        Run("/usr/bin/chown", $"{owner ?? 0}:{owner ?? 0}", path);
        return path;
    }

    public void Dispose()
    {
        if (_isMounted)
        {
            Run("/usr/bin/umount", "-l", Path);
        }

        _directory.Dispose();
    }

    private static bool IsExt4(string path) => Run("/usr/bin/stat", "-f", "-c", "%T", path).Contains("ext", StringComparison.Ordinal);

    private static string Run(string program, params string[] arguments) => ChildProcess.Run(new ProcessCommand(program, arguments), s_limit).Expect().Output;
}
