using System.IO.Enumeration;
using System.Text;
using System.Threading.Channels;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Linux;

namespace VirtualRoot.CasClient.Uploads;

/// <summary>Walks a local tree, depth first with its own stack, and hands its files on. Links are never followed.</summary>
internal sealed class TreeWalker(
    ChannelWriter<PendingFile> files,
    UploadOptions options,
    UploadCounters counters,
    Func<PendingDirectory, CancellationToken, Task> release)
{
    private static readonly EnumerationOptions s_everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };
    private static readonly SafeFileHandle s_workingDirectory = new(-100, ownsHandle: false);

    public async Task WalkAsync(string path, CancellationToken cancellationToken)
    {
        var open = new Stack<PendingDirectory>();
        open.Push(new PendingDirectory(null, string.Empty, path));
        while (open.TryPop(out PendingDirectory? directory))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (string name in Enumerate(directory))
            {
                await TakeAsync(directory, name, open, cancellationToken);
            }

            await release(directory, cancellationToken);
        }
    }

    private async Task TakeAsync(PendingDirectory directory, string name, Stack<PendingDirectory> open, CancellationToken cancellationToken)
    {
        string path = Path.Join(directory.Path, name);
        FileIdentity identity = Identify(path);
        if (identity.IsDirectory)
        {
            directory.Hold();
            open.Push(new PendingDirectory(directory, name, path));
        }
        else if (identity.IsFile)
        {
            directory.Hold();
            await files.WriteAsync(new PendingFile(directory, name), cancellationToken);
        }
        else if (identity.IsSymlink)
        {
            directory.AddSymlink(name, TargetOf(path));
            counters.CountSymlink();
        }
        else if (options.SkipSpecialFiles)
        {
            counters.CountSkipped();
        }
        else
        {
            throw Refused(path, $"is {identity.TypeName}, which REAPI cannot express: remove it, or skip special files");
        }
    }

    private static FileSystemEnumerable<string> Enumerate(PendingDirectory directory)
    {
        try
        {
            return new FileSystemEnumerable<string>(
                directory.Path, static (ref FileSystemEntry entry) => entry.FileName.ToString(), s_everything);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Refused(directory.Path, $"cannot be listed: {exception.Message}");
        }
    }

    private static FileIdentity Identify(string path)
    {
        int result = FileIdentity.Read(s_workingDirectory, Encoding.UTF8.GetBytes(path + '\0'), out FileIdentity identity);
        if (result < 0)
        {
            // The framework reads bytes that are not UTF-8 as U+FFFD; such a name leads nowhere.
            throw path.Contains('\uFFFD', StringComparison.Ordinal)
                ? Refused(path, "has a name that is not UTF-8, which REAPI cannot express: rename it")
                : Refused(path, $"cannot be looked at ({(Errno)(-result)}): make it readable, or leave it out");
        }

        return identity;
    }

    private static string TargetOf(string path)
    {
        string? target = new FileInfo(path).LinkTarget;
        return target switch
        {
            null => throw Refused(path, "changed while it was uploaded: push again when nothing writes to it"),
            _ when target.Contains('\uFFFD', StringComparison.Ordinal) =>
                throw Refused(path, "is a symbolic link whose target is not UTF-8, which REAPI cannot express: remove it"),
            _ => target,
        };
    }

    private static CasException Refused(string path, string why) => new(CasErrorKind.Other, $"'{EscapedText.Of(path)}' {why}");
}
