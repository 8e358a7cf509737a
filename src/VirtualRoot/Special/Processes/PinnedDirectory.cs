using Microsoft.Win32.SafeHandles;

namespace VirtualRoot.Special.Processes;

/// <summary>A task's directory in the daemon's /proc for as long as something below it is read. Default: the task has ended.</summary>
internal readonly ref struct PinnedDirectory : IDisposable
{
    private readonly bool _isOpenedForThis;

    private PinnedDirectory(SafeFileHandle handle, bool isOpenedForThis)
    {
        Handle = handle;
        _isOpenedForThis = isOpenedForThis;
    }

    /// <summary>The directory (O_PATH); null if the task has ended.</summary>
    public SafeFileHandle? Handle { get; }

    /// <summary>Holds <paramref name="directory"/> against being closed meanwhile.</summary>
    /// <returns>False if it is closed already.</returns>
    public static bool TryHold(SafeFileHandle directory, out PinnedDirectory held)
    {
        held = default;
        if (directory.IsClosed)
        {
            return false;
        }

        bool isHeld = false;
        try
        {
            directory.DangerousAddRef(ref isHeld);
        }
        catch (ObjectDisposedException)
        {
            return false; // since we looked
        }

        held = new PinnedDirectory(directory, isOpenedForThis: false);
        return true;
    }

    /// <summary>Takes a directory that nobody else knows of; it is closed at the end.</summary>
    public static PinnedDirectory Take(SafeFileHandle directory) => new(directory, isOpenedForThis: true);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isOpenedForThis)
        {
            Handle?.Dispose();
        }
        else
        {
            Handle?.DangerousRelease();
        }
    }
}
