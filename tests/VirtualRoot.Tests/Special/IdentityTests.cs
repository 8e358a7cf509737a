using VirtualRoot.Linux;
using VirtualRoot.Nodes;

namespace VirtualRoot.VirtualRoot.Tests.Special;

/// <summary>A process whose ids are not all one user's: the caller must be each of them.</summary>
public sealed class IdentityTests
{
    private const int Stranger = 12345;

    [Theory]
    [InlineData(Stranger, Stranger, Stranger, Errno.Success)]
    [InlineData(0, Stranger, Stranger, Errno.EACCES)]
    [InlineData(Stranger, 0, Stranger, Errno.EACCES)]
    [InlineData(Stranger, Stranger, 0, Errno.EACCES)]
    public void UserIds_RealEffectiveOrSaved_MustAllBeTheCallers(int real, int effective, int saved, Errno expected) =>
        AssertSeen($"os.setresgid({Stranger},{Stranger},{Stranger}); os.setresuid({real},{effective},{saved})", expected);

    [Theory]
    [InlineData(0, Stranger, Stranger)]
    [InlineData(Stranger, 0, Stranger)]
    [InlineData(Stranger, Stranger, 0)]
    public void GroupIds_RealEffectiveOrSaved_MustAllBeTheCallers(int real, int effective, int saved) =>
        AssertSeen($"os.setresgid({real},{effective},{saved}); os.setresuid({Stranger},{Stranger},{Stranger})", Errno.EACCES);

    private static void AssertSeen(string ids, Errno expected)
    {
        // Who changes ids is not dumpable; PR_SET_DUMPABLE (4) makes the ids the only question.
        string script = $"import ctypes,os,time; {ids}; ctypes.CDLL(None).prctl(4,1,0,0,0); print('ready',flush=True); time.sleep(60)";
        using SpecialFixture fixture = new();
        using ChildProcess target = ChildProcess.StartScript($"exec /usr/bin/python3 -S -c \"{script}\"", out _);
        using ChildProcess viewer = ChildProcess.StartScript(
            "echo ready; exec sleep 60", out _, "sh", "setpriv", $"--reuid={Stranger}", $"--regid={Stranger}", "--clear-groups");
        Caller caller = SpecialFixture.As(viewer.Id, Stranger, Stranger);
        Assert.Equal(expected, fixture.LinkErrno(caller, $"proc/{target.Id}/exe"));
        Assert.Equal(expected, fixture.OpenErrno(caller, $"proc/{target.Id}/environ"));
        Assert.Equal(expected, fixture.OpenErrno(caller, $"proc/{target.Id}/status"));
        Assert.Equal(expected, fixture.Walk(caller, $"proc/{target.Id}/fd/0", out _));
    }
}
