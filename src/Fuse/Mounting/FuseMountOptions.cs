using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace VirtualRoot.Fuse.Mounting;

/// <summary>How to mount. <c>default_permissions</c> is always set.</summary>
public sealed record FuseMountOptions
{
    /// <summary>How the mount comes about.</summary>
    public MountStrategy Strategy { get; init; } = MountStrategy.Auto;

    /// <summary>The device of <see cref="MountStrategy.Inherited"/>.</summary>
    public int InheritedDescriptor { get; init; } = -1;

    /// <summary>Whether users other than the mounter may enter. Null: yes for a direct mount, for fusermount3 only where /etc/fuse.conf says user_allow_other.</summary>
    public bool? AllowOther { get; init; }

    /// <summary>Whether device nodes in the mount are ignored (MS_NODEV). Actions need /dev/null, so not by default; a user namespace ignores them anyway.</summary>
    public bool NoDevices { get; init; }

    /// <summary>Whether set-user-id bits in the mount are ignored (MS_NOSUID).</summary>
    public bool NoSetUserId { get; init; }

    /// <summary>Whether the mount is read-only.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>The source that /proc/self/mountinfo shows; no comma, no blank.</summary>
    public string Source { get; init; } = "vroot";

    /// <summary>The subtype: the file system's type is fuse.SUBTYPE. No comma, no blank.</summary>
    public string SubType { get; init; } = "vroot";

    /// <summary>The largest READ in bytes (<c>max_read</c>); 0 leaves it to INIT.</summary>
    public int MaxRead { get; init; }

    /// <summary>Where to log.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Whether <paramref name="mount"/> was made with these options: of type fuse.SUBTYPE, and of this source, which may
    /// tell more behind a colon.</summary>
    public bool Match(MountEntry mount) =>
        mount.FileSystemType == "fuse." + SubType && (mount.Source == Source || mount.Source.StartsWith(Source + ":", StringComparison.Ordinal));

    /// <summary>Whether <paramref name="name"/> can be a source or subtype.</summary>
    public static bool IsName(string name) =>
        name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':' or '/');

    /// <summary>Checks every option and reports all faults at once.</summary>
    /// <exception cref="ArgumentException">At least one is out of range.</exception>
    public void Validate()
    {
        List<string> faults = [];
        CheckName(Source, nameof(Source));
        CheckName(SubType, nameof(SubType));
        if (MaxRead is < 0 or (> 0 and < 4096))
        {
            faults.Add($"MaxRead is {MaxRead}, neither 0 nor at least 4096");
        }

        if (Strategy == MountStrategy.Inherited && InheritedDescriptor < 0)
        {
            faults.Add("the inherited mount's descriptor is missing");
        }

        if (faults.Count > 0)
        {
            throw new ArgumentException("mount options: " + string.Join("; ", faults));
        }

        void CheckName(string value, string name)
        {
            if (!IsName(value))
            {
                faults.Add($"{name} '{value}' is empty or has characters other than letters, digits and -_.:/");
            }
        }
    }
}
