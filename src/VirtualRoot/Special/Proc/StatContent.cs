using System.Buffers;
using System.Buffers.Text;
using System.Text;
using VirtualRoot.Linux;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Proc;

/// <summary>stat: fields 1 (pid), 4 (ppid), 5 (pgrp), 6 (session) and 8 (tpgid) as the caller's namespace numbers them.</summary>
internal sealed class StatContent : IProcessContent
{
    /// <inheritdoc/>
    public Errno Generate(SpecialContext context, in ProcessView view, ArrayBufferWriter<byte> content)
    {
        Errno errno = view.Target.ReadStatus(out ProcessStatus? status);
        if (status is null)
        {
            return errno;
        }

        ArrayBufferWriter<byte> text = new();
        errno = view.Target.ReadAll("stat\0"u8, text);
        if (errno != Errno.Success)
        {
            return errno;
        }

        ReadOnlySpan<byte> stat = text.WrittenSpan;
        int open = stat.IndexOf((byte)'(');
        int close = stat.LastIndexOf((byte)')');
        if (open < 0 || close < open)
        {
            return Errno.EIO;
        }

        WriteNumber(view.ThreadNumber, content);
        content.Write(" "u8);
        content.Write(stat[open..(close + 1)]);
        ReadOnlySpan<byte> rest = stat[(close + 1)..];
        int level = view.Viewer.Level - 1;
        for (int field = 3; rest is [(byte)' ', ..]; field++)
        {
            int end = rest[1..].IndexOf((byte)' ');
            ReadOnlySpan<byte> value = end < 0 ? rest[1..] : rest[1..(end + 1)];
            rest = end < 0 ? default : rest[(end + 1)..];
            content.Write(" "u8);
            int? number = field switch
            {
                4 => view.TranslateParent(status.Parent),
                5 => level < status.Groups.Length ? status.Groups[level] : 0,
                6 => level < status.Sessions.Length ? status.Sessions[level] : 0,
                8 => Utf8Parser.TryParse(value, out int foreground, out _) && foreground > 0 ? view.Translate(foreground) : null,
                _ => null,
            };
            if (number is { } translated)
            {
                WriteNumber(translated, content);
            }
            else
            {
                content.Write(value);
            }
        }

        return Errno.Success;
    }

    private static void WriteNumber(int number, ArrayBufferWriter<byte> content) => Encoding.ASCII.GetBytes(number.ToString(), content);
}
