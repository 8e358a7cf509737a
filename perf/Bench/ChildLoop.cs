using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;

namespace VirtualRoot.Bench;

/// <summary>The side that touches the files: reads "OPERATION COUNT DIRECTORY" lines, answers with nanoseconds for one.</summary>
internal static class ChildLoop
{
    private static readonly SafeFileHandle s_here = new(-100, ownsHandle: false); // AT_FDCWD

    public static void Run()
    {
        while (Console.ReadLine() is { } line)
        {
            string[] order = line.Split(' ', 3);
            int count = int.Parse(order[1], CultureInfo.InvariantCulture);
            long started = Stopwatch.GetTimestamp();
            int done = Perform(order[0], count, order[2]);
            double nanoseconds = Stopwatch.GetElapsedTime(started).TotalNanoseconds / done;
            Console.WriteLine(nanoseconds.ToString("F1", CultureInfo.InvariantCulture));
        }
    }

    private static int Perform(string operation, int count, string directory) => operation switch
    {
        "stat" => Repeat(count, Path(directory, "small/f00001"), path => Stat(path, 0)),
        "negative" => Repeat(count, Path(directory, "small/absent"), path => Stat(path, -(int)Errno.ENOENT)),
        "open" => Repeat(count, Path(directory, "small/f00001"), OpenReadClose),
        "coldstat" => EachFile(count, directory, path => Stat(path, 0)),
        "coldopen" => EachFile(count, directory, OpenReadClose),
        "list" => Repeat(count, Path(directory, "small"), path => ListAndStat(Text(path))),
        "selfexe" => Repeat(count, Path(directory, "proc/self/exe"), ReadLink),
        "meminfo" => Repeat(count, Path(directory, "proc/meminfo"), ReadGenerated),
        "selfstatus" => Repeat(count, Path(directory, "proc/self/status"), ReadGenerated),
        "sequential" => Repeat(count, Path(directory, "large"), ReadAll),
        _ => WriteLoop.Perform(operation, count, directory) ?? throw new ArgumentException($"unknown operation {operation}", nameof(operation)),
    };

    private static byte[] Path(string directory, string name) => [.. Encoding.UTF8.GetBytes($"{directory}/{name}"), 0];

    private static string Text(byte[] path) => Encoding.UTF8.GetString(path.AsSpan(0, path.Length - 1));

    private static int Repeat(int count, byte[] path, Action<byte[]> action)
    {
        for (int round = 0; round < count; round++)
        {
            action(path);
        }

        return count;
    }

    private static int EachFile(int count, string directory, Action<byte[]> action)
    {
        for (int file = 0; file < count; file++)
        {
            action(Path(directory, string.Create(CultureInfo.InvariantCulture, $"small/f{file:D5}")));
        }

        return count;
    }

    private static void Stat(byte[] path, int expected)
    {
        int result = Syscall.StatX(s_here, path, StatXMask.STATX_BASIC_STATS, out _);
        if (result != expected)
        {
            throw new IOException($"statx {Text(path)}: {(Errno)(-result)}");
        }
    }

    private static void OpenReadClose(byte[] path)
    {
        int read = ReadStart(path);
        if (read != 4096)
        {
            throw new IOException($"read {Text(path)}: {read}");
        }
    }

    private static void ReadGenerated(byte[] path)
    {
        int read = ReadStart(path);
        if (read <= 0)
        {
            throw new IOException($"read {Text(path)}: {read}");
        }
    }

    private static int ReadStart(byte[] path)
    {
        int descriptor = Syscall.OpenAt(s_here, path, OpenFlags.O_RDONLY);
        using SafeFileHandle file = new(descriptor, ownsHandle: true);
        Span<byte> buffer = stackalloc byte[4096];
        return descriptor < 0 ? descriptor : Syscall.PRead(file, buffer, 0);
    }

    private static void ReadLink(byte[] path)
    {
        Span<byte> target = stackalloc byte[4096];
        int length = Syscall.ReadLinkAt(s_here, path, target);
        if (length <= 0)
        {
            throw new IOException($"readlink {Text(path)}: {(Errno)(-length)}");
        }
    }

    private static void ListAndStat(string directory)
    {
        int files = 0;
        foreach (string name in Directory.EnumerateFiles(directory))
        {
            Stat([.. Encoding.UTF8.GetBytes(name), 0], 0);
            files++;
        }

        if (files != FileOperations.SmallFiles)
        {
            throw new IOException($"{directory} lists {files} files, not {FileOperations.SmallFiles}");
        }
    }

    private static void ReadAll(byte[] path)
    {
        byte[] buffer = new byte[1 << 20];
        using SafeFileHandle file = new(Syscall.OpenAt(s_here, path, OpenFlags.O_RDONLY), ownsHandle: true);
        long total = 0;
        for (int read; (read = Syscall.PRead(file, buffer, total)) > 0;)
        {
            total += read;
        }

        if (total != FileOperations.LargeBytes)
        {
            throw new IOException($"{Text(path)} has {total} bytes");
        }
    }
}
