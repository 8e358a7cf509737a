using System.Collections.Concurrent;
using System.Text;
using VirtualRoot.Linux;
using VirtualRoot.Special.Passthrough;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.Special.Proc;

/// <summary>With <see cref="SpecialMode.Passthrough"/>: files of a process's directory that are not on the allow-list, as the
/// kernel tells them, for whom it would tell them. They are found by name and not listed.</summary>
internal static class PassedEntries
{
    // One for each name that a process's directory has: some tens.
    private static readonly ConcurrentDictionary<string, ProcessEntry> s_entries = new();

    /// <summary>The entry, if the task has a file of this name that is not withheld.</summary>
    public static ProcessEntry? Find(SpecialContext context, ReadOnlySpan<byte> name, ProcessPin task)
    {
        if (context.Options.Modes.Proc != SpecialMode.Passthrough || name.IsEmpty || name.IndexOf((byte)'/') >= 0)
        {
            return null;
        }

        string text = Encoding.UTF8.GetString(name);
        byte[] path = [.. name, 0];
        return !HostRules.DeniesOfProcess(text)
            && task.StatX(path, StatXMask.STATX_TYPE, out StatXBuffer found) == Errno.Success && (found.Mode & 0xf000) == 0x8000
                ? s_entries.GetOrAdd(text, static (_, path) => ProcessEntry.Private(path.AsSpan(..^1), 0x100, new PassedContent(path)), path)
                : null;
    }
}
