namespace VirtualRoot.CasServer.Tests.Storage;

/// <summary>A test that mounts a small tmpfs; elsewhere a counted skip.</summary>
public sealed class NeedsRootFactAttribute : FactAttribute
{
    public NeedsRootFactAttribute()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Skip = "mounting a small tmpfs needs root";
        }
    }
}
