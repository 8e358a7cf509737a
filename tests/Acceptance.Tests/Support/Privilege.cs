namespace VirtualRoot.Acceptance.Tests.Support;

/// <summary>As whom vroot runs.</summary>
public enum Privilege
{
    /// <summary>root, who mounts directly.</summary>
    Root,

    /// <summary>A user without any capability, who mounts in a user namespace.</summary>
    User,
}
