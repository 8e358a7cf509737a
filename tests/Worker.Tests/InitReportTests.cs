using System.Text;
using VirtualRoot.Linux;

namespace VirtualRoot.Worker.Tests;

public sealed class InitReportTests
{
    private const string Whole = "init 77 pid-namespace 0\0special 0 16\0failed exec 2 /a b\nc \0signaled 6 1\0usage 1 2 3 4 5 6 7 8 9\0";

    [Fact]
    public void Feed_CutAtEveryPoint_ReadsTheSame()
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Whole);
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            var report = new InitReport();
            report.Feed(bytes.AsSpan(0, cut));
            report.Feed(bytes.AsSpan(cut));
            Assert.Equal((77, true), (report.InitPid, report.HasPidNamespace));
            Assert.Equal(("exec", Errno.ENOENT, "/a b\nc "), (report.FailedStep, report.FailedError, report.FailedWhat));
            Assert.Equal((Errno.Success, Errno.EBUSY, "kernel"), (report.Special.Proc, report.Special.Statfs, report.Special.Tier));
            Assert.Equal((6, true), (report.Signal, report.CoreDumped));
            Assert.Equal(3 * 1024, report.Usage!.MaximumResidentBytes);
            Assert.Equal(TimeSpan.FromMicroseconds(1), report.Usage.UserTime);
        }
    }

    [Theory]
    [InlineData("\0")]
    [InlineData("hello\0")]
    [InlineData("exited\0")]
    [InlineData("exited x\0")]
    [InlineData("exited -1\0")]
    [InlineData("special 0\0")]
    [InlineData("special -2 0\0")]
    [InlineData("usage 1 2\0")]
    [InlineData("init 7\0")]
    public void Feed_SomethingElse_IsRefused(string text) =>
        Assert.Throws<FormatException>(() => new InitReport().Feed(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Feed_RecordWithoutEnd_IsRefused() => Assert.Throws<FormatException>(() => new InitReport().Feed(new byte[100_000].Select(_ => (byte)'a').ToArray()));

    [Fact]
    public void ByteExactText_AnyTwoBytes_ComeBack()
    {
        for (int value = 0; value < 65536; value++)
        {
            byte[] bytes = [(byte)(value >> 8), (byte)value, (byte)'z'];
            Assert.Equal(bytes, ByteExactText.Encode(ByteExactText.Decode(bytes)));
        }
    }

    [Fact]
    public void Validate_ManyFaults_NamesAll()
    {
        var options = new ActionOptions
        {
            RootDirectory = "relative",
            WorkingDirectory = "also",
            Arguments = [],
            Environment = ["A=\0"],
            HostName = "x",
            Timeout = TimeSpan.Zero,
            Uid = uint.MaxValue,
            Limits = [new(LimitedResource.NoFile, 2, 1)],
        };
        string message = Assert.Throws<ArgumentException>(options.Validate).Message;
        foreach (string part in new[] { "'relative'", "'also'", "no command", "NUL", "UTS", "time limit", "4294967295", "soft limit" })
        {
            Assert.Contains(part, message, StringComparison.Ordinal);
        }
    }
}
