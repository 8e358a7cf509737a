namespace VirtualRoot.Descriptors.Tests.Support;

/// <summary>As whom both sides run.</summary>
public enum Privilege
{
    /// <summary>root, who mounts directly.</summary>
    Root,

    /// <summary>A user without any capability, who mounts in a user namespace of one id.</summary>
    User,
}
