using System.Buffers;
using System.Buffers.Text;
using System.Text;
using VirtualRoot.Linux;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Proc;

/// <summary>status, and fdinfo/N, which names processes by the same words: the kernel's text with the numbers that the
/// caller knows the processes by.</summary>
internal sealed class StatusContent(ReadOnlySpan<byte> path) : IProcessContent
{
    private readonly byte[] _path = path.ToArray();

    /// <inheritdoc/>
    public Errno Generate(SpecialContext context, in ProcessView view, ArrayBufferWriter<byte> content)
    {
        ArrayBufferWriter<byte> text = new();
        Errno errno = view.Target.ReadAll(_path, text);
        if (errno != Errno.Success)
        {
            return errno;
        }

        ReadOnlySpan<byte> rest = text.WrittenSpan;
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            WriteLine(in view, line, content);
            content.Write("\n"u8);
        }

        return Errno.Success;
    }

    private static void WriteLine(in ProcessView view, ReadOnlySpan<byte> line, ArrayBufferWriter<byte> content)
    {
        int colon = line.IndexOf((byte)':');
        ReadOnlySpan<byte> name = colon < 0 ? default : line[..colon];
        ReadOnlySpan<byte> value = colon < 0 ? default : line[(colon + 1)..].TrimStart((byte)'\t');
        if (name is [(byte)'N', (byte)'S', ..])
        {
            // NStgid, NSpid, NSpgid, NSsid: from the caller's namespace down.
            content.Write(name);
            content.Write(":"u8);
            for (int skipped = 1; skipped < view.Viewer.Level && value.IndexOf((byte)'\t') is >= 0 and int tab; skipped++)
            {
                value = value[(tab + 1)..];
            }

            content.Write("\t"u8);
            content.Write(value);
        }
        else if (Translated(in view, name, value) is { } number)
        {
            content.Write(name);
            content.Write(":\t"u8);
            Encoding.ASCII.GetBytes(number.ToString(), content);
        }
        else
        {
            content.Write(line);
        }
    }

    private static int? Translated(in ProcessView view, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (!Utf8Parser.TryParse(value, out int pid, out _))
        {
            return null;
        }

        if (name.SequenceEqual("Tgid"u8))
        {
            return view.ProcessNumber;
        }

        if (name.SequenceEqual("Pid"u8))
        {
            // In a status file the task itself; in a pidfd's fdinfo any process, where -1 stands for one that ended.
            return pid == view.Target.Identity.Pid ? view.ThreadNumber : pid <= 0 ? pid : view.Translate(pid);
        }

        return name.SequenceEqual("PPid"u8) ? view.TranslateParent(pid)
            : name.SequenceEqual("TracerPid"u8) ? view.Translate(pid)
            : null;
    }
}
