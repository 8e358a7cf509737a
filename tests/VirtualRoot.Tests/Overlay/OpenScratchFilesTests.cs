using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using VirtualRoot.Linux;
using VirtualRoot.Scratch;

namespace VirtualRoot.Tests.Overlay;

public sealed class OpenScratchFilesTests : IDisposable
{
    private const int Limit = 4;
    private readonly string _parent = Directory.CreateTempSubdirectory("vroot-open-").FullName;
    private readonly ScratchDirectory _scratch;

    public OpenScratchFilesTests() => _scratch = ScratchDirectory.Create(_parent, NullLogger.Instance, Limit);

    public void Dispose()
    {
        _scratch.Dispose();
        Directory.Delete(_parent, recursive: true);
    }

    [Fact]
    public void ManyFiles_KeepABoundedNumberOfDescriptors_AndTheirBytes()
    {
        ScratchFile[] files = [.. Enumerable.Range(0, 50).Select(_ => _scratch.NewFile())];
        for (int index = 0; index < files.Length; index++)
        {
            Assert.Equal(Errno.Success, files[index].TryOpen(out DescriptorUse use));
            using (use)
            {
                Assert.Equal(2, Syscall.PWrite(use.Handle!, Encoding.UTF8.GetBytes($"{index:00}"), 0));
            }

            Assert.InRange(_scratch.OpenFiles.Count, 1, Limit);
        }

        for (int index = 0; index < files.Length; index++)
        {
            Assert.Equal(Errno.Success, files[index].TryOpen(out DescriptorUse use));
            byte[] bytes = new byte[10];
            using (use)
            {
                Assert.Equal(2, Syscall.PRead(use.Handle!, bytes, 0));
            }

            Assert.Equal($"{index:00}", Encoding.UTF8.GetString(bytes, 0, 2));
        }
    }

    [Fact]
    public void DescriptorInUse_StaysOpenWhenItsFileIsClosed()
    {
        ScratchFile file = _scratch.NewFile();
        Assert.Equal(Errno.Success, file.TryOpen(out DescriptorUse use));
        using (use)
        {
            file.Delete();
            Assert.Equal(1, Syscall.PWrite(use.Handle!, "x"u8, 0));
        }

        Assert.True(use.Handle!.IsClosed);
        Assert.Equal(0, _scratch.OpenFiles.Count);
    }
}
