namespace VirtualRoot.Outputs;

/// <summary>Why outputs could not be captured; callers decide by this, people read the message.</summary>
public enum OutputErrorKind
{
    /// <summary>A path that REAPI forbids: absolute, leading out of the root, with empty parts (INVALID_ARGUMENT).</summary>
    InvalidPath,

    /// <summary>What stands there cannot be expressed or is not what was asked for: a special file, a name that is not
    /// UTF-8, a directory where a file was asked for (FAILED_PRECONDITION).</summary>
    NotExpressible,

    /// <summary>A file changed again and again while it was hashed (ABORTED).</summary>
    Changing,

    /// <summary>More directories than a stated limit (RESOURCE_EXHAUSTED).</summary>
    LimitExceeded,
}
