namespace VirtualRoot.Tools.Tests.Support;

/// <summary>As whom a command runs.</summary>
public enum Privilege
{
    /// <summary>root, who mounts directly.</summary>
    Root,

    /// <summary>A user without any capability, who mounts in a user namespace of one id.</summary>
    User,
}
