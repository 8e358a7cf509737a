using System.Buffers.Text;
using VirtualRoot.Linux;

namespace VirtualRoot.Special.Processes;

/// <summary>
/// What <c>/proc/PID/status</c> tells of a task; the kernel answers it without any lock that a frozen task could hold.
/// Lists of numbers go from the daemon's PID namespace down to the task's own.
/// </summary>
internal sealed class ProcessStatus
{
    /// <summary>Bytes of the file that hold every field read here.</summary>
    private const int Longest = 4096;

    /// <summary>State: a zombie, or gone.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>PPid: in the daemon's numbering; 0 if it is outside.</summary>
    public int Parent { get; private set; }

    /// <summary>Tgid in the daemon's numbering.</summary>
    public int ThreadGroup { get; private set; }

    /// <summary>Uid: real, effective, saved, file system.</summary>
    public uint[] Uids { get; private set; } = [];

    /// <summary>Gid: real, effective, saved, file system.</summary>
    public uint[] Gids { get; private set; } = [];

    /// <summary>NSpid: the thread's id in each namespace.</summary>
    public int[] Pids { get; private set; } = [];

    /// <summary>NStgid: the process's id in each namespace.</summary>
    public int[] ThreadGroups { get; private set; } = [];

    /// <summary>NSpgid: the process group in each namespace; 0 where it does not exist.</summary>
    public int[] Groups { get; private set; } = [];

    /// <summary>NSsid: the session in each namespace; 0 where it does not exist.</summary>
    public int[] Sessions { get; private set; } = [];

    /// <summary>CapEff.</summary>
    public ulong EffectiveCapabilities { get; private set; }

    /// <summary>Reads the status of the task whose directory is below <paramref name="directory"/>.</summary>
    /// <param name="directory">/proc, or a task's directory.</param>
    /// <param name="path">The path of the status file, which ends in NUL.</param>
    /// <param name="status">The answer.</param>
    public static Errno Read(System.Runtime.InteropServices.SafeHandle directory, ReadOnlySpan<byte> path, out ProcessStatus? status)
    {
        status = null;
        Span<byte> buffer = stackalloc byte[Longest];
        Errno errno = ProcReader.ReadStart(directory, path, buffer, out int length);
        if (errno != Errno.Success)
        {
            return errno;
        }

        ProcessStatus parsed = Parse(buffer[..length]);
        if (parsed.Pids.Length == 0 || parsed.ThreadGroups.Length != parsed.Pids.Length || parsed.Uids.Length != 4 || parsed.Gids.Length != 4)
        {
            return Errno.ESRCH;
        }

        status = parsed;
        return Errno.Success;
    }

    /// <summary>Parses the text of a status file; a field that is missing stays empty.</summary>
    public static ProcessStatus Parse(ReadOnlySpan<byte> text)
    {
        ProcessStatus status = new();
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[range];
            int colon = line.IndexOf((byte)':');
            if (colon < 0)
            {
                continue;
            }

            ReadOnlySpan<byte> value = line[(colon + 1)..].Trim(" \t"u8);
            switch (line[..colon])
            {
                case var name when name.SequenceEqual("State"u8):
                    status.HasEnded = value is [(byte)'Z' or (byte)'X', ..];
                    break;
                case var name when name.SequenceEqual("PPid"u8):
                    status.Parent = Number(value);
                    break;
                case var name when name.SequenceEqual("Tgid"u8):
                    status.ThreadGroup = Number(value);
                    break;
                case var name when name.SequenceEqual("Uid"u8):
                    status.Uids = Array.ConvertAll(Numbers(value), static uid => (uint)uid);
                    break;
                case var name when name.SequenceEqual("Gid"u8):
                    status.Gids = Array.ConvertAll(Numbers(value), static gid => (uint)gid);
                    break;
                case var name when name.SequenceEqual("NSpid"u8):
                    status.Pids = Array.ConvertAll(Numbers(value), static pid => (int)pid);
                    break;
                case var name when name.SequenceEqual("NStgid"u8):
                    status.ThreadGroups = Array.ConvertAll(Numbers(value), static pid => (int)pid);
                    break;
                case var name when name.SequenceEqual("NSpgid"u8):
                    status.Groups = Array.ConvertAll(Numbers(value), static pid => (int)pid);
                    break;
                case var name when name.SequenceEqual("NSsid"u8):
                    status.Sessions = Array.ConvertAll(Numbers(value), static pid => (int)pid);
                    break;
                case var name when name.SequenceEqual("CapEff"u8):
                    status.EffectiveCapabilities = Utf8Parser.TryParse(value, out ulong set, out _, 'x') ? set : 0;
                    break;
                default:
                    break;
            }
        }

        return status;
    }

    private static int Number(ReadOnlySpan<byte> value) => Utf8Parser.TryParse(value, out int number, out _) ? number : 0;

    private static long[] Numbers(ReadOnlySpan<byte> value)
    {
        List<long> numbers = [];
        while (Utf8Parser.TryParse(value, out long number, out int consumed))
        {
            numbers.Add(number);
            value = value[consumed..].TrimStart(" \t"u8);
        }

        return [.. numbers];
    }
}
