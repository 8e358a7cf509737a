using System.Globalization;
using VirtualRoot.Linux;
using VirtualRoot.Nodes;
using VirtualRoot.Special;

namespace VirtualRoot.VirtualRoot.Tests.Special;

/// <summary>FUSE tells the thread's id, never the process's.</summary>
public sealed class ThreadTests : IDisposable
{
    private readonly ManualResetEventSlim _end = new();
    private readonly Thread _thread;
    private readonly int _tid;

    public ThreadTests()
    {
        using ManualResetEventSlim known = new();
        int tid = 0;
        _thread = new Thread(() =>
        {
            tid = int.Parse(Path.GetFileName(new FileInfo("/proc/thread-self").LinkTarget!), CultureInfo.InvariantCulture);
            known.Set();
            _end.Wait();
        });
        _thread.Start();
        known.Wait();
        _tid = tid;
    }

    private Caller Caller => SpecialFixture.As(_tid);

    [Fact]
    public void Self_OfAThread_IsItsProcess()
    {
        using SpecialFixture fixture = new();
        Assert.NotEqual(Environment.ProcessId, _tid);
        Assert.Equal($"{Environment.ProcessId}", fixture.ReadLink(Caller, "proc/self"));
        Assert.Equal($"{Environment.ProcessId}/task/{_tid}", fixture.ReadLink(Caller, "proc/thread-self"));
        Assert.Contains($"\nPid:\t{_tid}\n", fixture.ReadFile(Caller, "proc/thread-self/status"), StringComparison.Ordinal);
        Assert.Contains($"\nPid:\t{Environment.ProcessId}\n", fixture.ReadFile(Caller, "proc/self/status"), StringComparison.Ordinal);
        Assert.StartsWith($"{_tid} (", fixture.ReadFile(Caller, "proc/thread-self/stat"), StringComparison.Ordinal);
    }

    [Fact]
    public void Task_Lists_TheThreadsOfTheProcess()
    {
        using SpecialFixture fixture = new();
        string[] listed = fixture.List(Caller, "proc/self/task");
        Assert.Contains($"{_tid}", listed);
        Assert.Contains($"{Environment.ProcessId}", listed);
        Assert.Equal(listed.Length, listed.Distinct().Count());
        Assert.Equal(Errno.ENOENT, fixture.Walk(Caller, $"proc/1/task/{_tid}", out _));
        Assert.Equal(Errno.ENOENT, fixture.Walk(Caller, $"proc/self/task/{_tid}/task", out _));
        Assert.Equal(Errno.ENOENT, fixture.Walk(Caller, "proc/self/task/2147483647", out _));
    }

    [Fact]
    public void ThreadsNumber_InProc_WorksButIsNotListed()
    {
        using SpecialFixture fixture = new();
        Assert.Contains($"\nPid:\t{_tid}\n", fixture.ReadFile(Caller, $"proc/{_tid}/status"), StringComparison.Ordinal);
        Assert.Contains($"{_tid}", fixture.List(Caller, $"proc/{_tid}/task"));
        Assert.DoesNotContain($"{_tid}", fixture.List(Caller, "proc"));
    }

    [Fact]
    public void Thread_Ended_IsGoneAndItsNodesTellNothing()
    {
        using SpecialFixture fixture = new();
        Caller caller = SpecialFixture.As(Environment.ProcessId);
        SpecialNode directory = fixture.Get(caller, $"proc/self/task/{_tid}");
        using SpecialHandle status = fixture.Open(caller, $"proc/self/task/{_tid}/status");
        _end.Set();
        _thread.Join();
        Assert.True(SpinWait.SpinUntil(() => !Directory.Exists($"/proc/self/task/{_tid}"), TimeSpan.FromSeconds(60)));
        Assert.Equal(Errno.ENOENT, fixture.Walk(caller, $"proc/self/task/{_tid}", out _));
        Assert.Equal(Errno.ENOENT, directory.GetAttributes(caller, out _));
        Assert.Equal(Errno.ESRCH, status.Read(0, new byte[4096], out _));
        Assert.Equal(Errno.ENOENT, fixture.LinkErrno(Caller, "proc/self"));
    }

    [Fact]
    public void Children_OfAThread_AreThoseThatItMade()
    {
        using SpecialFixture fixture = new();
        using ChildProcess parent = ChildProcess.StartScript("sleep 61 & echo $!; exec sleep 60", out string child);
        Assert.Equal($"{child} ", fixture.ReadFile(SpecialFixture.As(parent.Id), "proc/thread-self/children"));
        Assert.Equal(Errno.ENOENT, fixture.Walk(SpecialFixture.As(parent.Id), "proc/self/children", out _));
    }

    public void Dispose()
    {
        _end.Set();
        _thread.Join();
        _end.Dispose();
    }
}
