namespace VirtualRoot.CasServer.Tests.Storage;

/// <summary>A test that mounts a small tmpfs; elsewhere a counted skip.</summary>
public sealed class NeedsRootFactAttribute : FactAttribute
{
    private const string Reason = "mounting a small tmpfs needs root";

    public NeedsRootFactAttribute()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Skip = Reason;
        }
    }
}
