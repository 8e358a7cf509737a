using Microsoft.Extensions.Logging;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Directories;
using VirtualRoot.Special;

namespace VirtualRoot.Tree;

/// <content>The union of the special directories with what the inputs ship under their names.</content>
public sealed partial class Root
{
    /// <summary>Which of /proc, /sys and /dev it shows.</summary>
    public AttachedSpecials Specials { get; private set; } = new();

    /// <summary>Shows <paramref name="special"/> as the top directory's <c>proc</c>, <c>sys</c> and <c>dev</c>, united with what the
    /// inputs ship there; /dev/shm is an ordinary directory of the overlay.</summary>
    /// <param name="special">The special directories.</param>
    /// <param name="logger">Told of names that both have.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CasException">An input directory of that name cannot be had.</exception>
    public async Task AttachAsync(SpecialTree special, ILogger logger, CancellationToken cancellationToken)
    {
        special.BelongTo(this);
        TreeDirectory? proc = await UniteAsync("proc"u8.ToArray(), 0x16d, special.Proc, logger, cancellationToken).ConfigureAwait(false);
        TreeDirectory? sys = await UniteAsync("sys"u8.ToArray(), 0x16d, special.Sys, logger, cancellationToken).ConfigureAwait(false);
        TreeDirectory? dev = await UniteAsync("dev"u8.ToArray(), 0x1ed, special.Dev, logger, cancellationToken).ConfigureAwait(false);
        if (dev is not null)
        {
            await EnsureDirectoryAsync(dev, "shm"u8.ToArray(), 0x3ff, null, cancellationToken).ConfigureAwait(false);
        }

        Specials = new AttachedSpecials
        {
            Proc = proc is not null,
            Sys = sys is not null,
            Dev = dev is not null,
            HasInputsInProc = proc is not null && NamesOf(proc).Count > 0,
        };
    }

    private async Task<TreeDirectory?> UniteAsync(
        byte[] name, uint permissions, SpecialDirectory? special, ILogger logger, CancellationToken cancellationToken)
    {
        if (special is null)
        {
            return null;
        }

        string path = "/" + EscapedText.Of(name);
        TreeDirectory? directory = await EnsureDirectoryAsync(Top, name, permissions, special, cancellationToken).ConfigureAwait(false);
        if (directory is null)
        {
            SpecialLog.InputIsNoDirectory(logger, path);
            return null;
        }

        foreach (byte[] shipped in NamesOf(directory))
        {
            if (special.HasName(shipped))
            {
                TellOfBoth(logger, $"{path}/{EscapedText.Of(shipped)}", special.ComesFirst(shipped));
            }
        }

        return directory;
    }

    private static void TellOfBoth(ILogger logger, string path, bool oursComesFirst)
    {
        if (oursComesFirst)
        {
            SpecialLog.InputHidden(logger, path);
        }
        else
        {
            SpecialLog.InputWins(logger, path);
        }
    }

    /// <summary>What the inputs ship in a directory that the action has not touched yet.</summary>
    private List<byte[]> NamesOf(TreeDirectory directory)
    {
        List<int> inputs = [];
        lock (Gate)
        {
            directory.List([], inputs, out DirectoryListing? listing);
            return inputs.ConvertAll(index => listing!.GetName(index).ToArray());
        }
    }
}
