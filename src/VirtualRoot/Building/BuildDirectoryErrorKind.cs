namespace VirtualRoot.Building;

/// <summary>Why a build directory refused.</summary>
public enum BuildDirectoryErrorKind
{
    /// <summary>Another daemon serves the directory.</summary>
    Taken,

    /// <summary>The directory cannot be used: missing, or on a file system without locks.</summary>
    Unusable,

    /// <summary>A root's name that cannot be one.</summary>
    BadName,

    /// <summary>A root of that name is there, or is still being removed.</summary>
    NameTaken,

    /// <summary>As many roots as allowed are there, those included that are still being removed.</summary>
    TooManyRoots,

    /// <summary>The directory is being closed.</summary>
    Closed,
}
