using System.Buffers;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using VirtualRoot.Linux;
using VirtualRoot.Special.Processes;

namespace VirtualRoot.VirtualRoot.Tests.Special;

/// <summary>A pin that other processes pushed out while somebody looks through it: a busy root has more than are held.</summary>
public sealed class ProcessPinTests : IDisposable
{
    private const int Others = 200;

    private readonly ProcessTable _table = new("/"u8.ToArray(), NullLogger.Instance);
    private readonly ChildProcess _others;
    private readonly int[] _numbers;

    public ProcessPinTests()
    {
        _others = ChildProcess.StartScript($"for n in $(seq {Others}); do sleep 61 & echo -n \"$! \"; done; echo; exec sleep 60", out string numbers);
        _numbers = [.. numbers.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static number => int.Parse(number, CultureInfo.InvariantCulture))];
    }

    [Fact]
    public void Reading_AfterOthersPushedItOut_TellsOfItsTask()
    {
        using ChildProcess child = ChildProcess.StartScript("echo ready; exec sleep 600", out _);
        ProcessPin pin = Pin(child.Id);
        PinOthers();

        byte[] text = new byte[4096];
        Assert.Equal(Errno.Success, pin.ReadLink("exe\0"u8, text, out int length));
        Assert.Equal(child.ReadLink("exe"), System.Text.Encoding.UTF8.GetString(text, 0, length));
        Assert.Equal(Errno.Success, pin.ReadStart("comm\0"u8, text, out length));
        Assert.Equal("sleep\n"u8, text.AsSpan(0, length));
        ArrayBufferWriter<byte> content = new();
        Assert.Equal(Errno.Success, pin.ReadAll("comm\0"u8, content));
        Assert.Equal("sleep\n"u8, content.WrittenSpan);
        Assert.Equal(Errno.Success, pin.ReadStatus(out ProcessStatus? status));
        Assert.Equal(child.Id, status!.ThreadGroup);
        Assert.Equal(Errno.Success, pin.StatX("fd\0"u8, StatXMask.STATX_TYPE, out _));
        List<int> tasks = [];
        Assert.Equal(Errno.Success, pin.ListNumbers("task\0"u8, tasks));
        Assert.Equal([child.Id], tasks);
        Assert.Equal(Errno.Success, pin.OpenTarget("fd/0\0"u8, out Microsoft.Win32.SafeHandles.SafeFileHandle? target));
        target!.Dispose();
        Assert.True(pin.IsAlive());
        Assert.Equal(Pin(Environment.ProcessId).Namespace(), pin.Namespace());
    }

    [Fact]
    public void Reading_AfterItsTaskEnded_IsEsrch()
    {
        ChildProcess child = ChildProcess.StartScript("echo ready; exec sleep 600", out _);
        ProcessPin pin = Pin(child.Id);
        PinOthers();
        child.Dispose();
        Assert.Equal(Errno.ESRCH, pin.ReadLink("exe\0"u8, new byte[64], out _));
        Assert.Equal(Errno.ESRCH, pin.ReadStatus(out _));
        Assert.False(pin.IsAlive());
    }

    [Fact]
    public void Reading_AfterTheTableEnded_IsEsrch()
    {
        ProcessPin pin = Pin(Environment.ProcessId);
        _table.Dispose();
        Assert.Equal(Errno.ESRCH, pin.ReadLink("exe\0"u8, new byte[64], out _));
        Assert.False(pin.IsAlive());
    }

    /// <summary>What pushed-out pins are read through is closed again.</summary>
    [Fact]
    public void Reading_Often_KeepsNoDescriptor()
    {
        ProcessPin pin = Pin(Environment.ProcessId);
        PinOthers();
        int before = Directory.GetFileSystemEntries("/proc/self/fd").Length;
        for (int i = 0; i < 2000; i++)
        {
            Assert.True(pin.IsAlive());
        }

        Assert.InRange(Directory.GetFileSystemEntries("/proc/self/fd").Length, 1, before + 500); // other tests run beside
    }

    public void Dispose()
    {
        _table.Dispose();
        _others.Dispose();
    }

    private ProcessPin Pin(int pid)
    {
        Assert.True(_table.TryPin(pid, out ProcessPin? pin));
        return pin;
    }

    private void PinOthers()
    {
        Thread.Sleep(2); // whoever was used in the same millisecond is as old
        foreach (int number in _numbers)
        {
            Pin(number);
        }
    }
}
