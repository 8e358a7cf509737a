using VirtualRoot.Acceptance.Tests.Support;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Peers;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Acceptance.Tests.Overlay;

/// <summary>Inputs that are written to while their bytes still come from a CAS that has stopped to answer.</summary>
[Collection(MountingCollection.Name)]
public sealed class StalledCopyUpTests(Machine machine)
{
    // One process after the other: the next begins when the one before waits, in the kernel, for the CAS or for one who does,
    // or has ended. Files are opened before: a process that opens one waits for that, too, for a moment.
    private const string Prelude = """
        import mmap, os, signal, sys, time
        path, size = 'data/large.bin', (5 << 20) + 123
        children = []
        def begin(work):
            child = os.fork()
            if child == 0:
                status = 1
                try:
                    work()
                    status = 0
                finally:
                    sys.stdout.flush(); os._exit(status)
            children.append(child)
            while not waits(child):
                time.sleep(0.01)
        def waits(child):
            with open(f'/proc/{child}/stat') as stat:
                return stat.read().rsplit(') ')[1][0] in 'SDZ'
        def end():
            print('begun', flush=True)
            assert all(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0 for child in children)
        def write(offset, text):
            assert os.pwrite(file, text, offset) == len(text)
        file = os.open(path, os.O_RDWR)

        """;

    private const string Scenarios = """
        def two_writers():
            begin(lambda: write(10, b'first'))
            begin(lambda: write(size - 6, b'second'))
            end()
            data = open(path, 'rb').read()
            assert len(data) == size and data[10:15] == b'first' and data[-6:] == b'second'

        def readers():
            def read():
                data = open(path, 'rb').read()
                assert len(data) == size and (data[10:15] == b'first' or data[10:15] != b'first')
                again = open(path, 'rb').read()
                assert again[:10] == data[:10] and again[15:] == data[15:]
            begin(read); begin(read)
            begin(lambda: write(10, b'first'))
            end()
            assert os.pread(file, 5, 10) == b'first'

        def mapped():
            mapping = mmap.mmap(file, size)
            begin(lambda: mapping[0])
            begin(lambda: write(10, b'first'))
            end()
            assert mapping[10:15] == b'first'
            mapping[20:26] = b'mapped'; mapping.flush()
            assert open(path, 'rb').read()[10:26] == b'first' + mapping[15:20] + b'mapped'

        def renamed():
            begin(lambda: write(10, b'first'))
            begin(lambda: os.rename(path, 'data/moved'))
            end()
            assert not os.path.exists(path)
            data = open('data/moved', 'rb').read()
            assert len(data) == size and data[10:15] == b'first'

        def unlinked():
            def work():
                write(10, b'first')
                assert os.pread(file, 5, 10) == b'first' and os.fstat(file).st_size == size
            begin(work)
            begin(lambda: os.unlink(path))
            end()
            assert not os.path.exists(path)

        def truncated():
            begin(lambda: write(10, b'first'))
            begin(lambda: os.truncate(path, 5))
            end()
            data = open(path, 'rb').read()
            assert len(data) == 5 or (len(data) == 15 and data[5:] == b'\0' * 5 + b'first'), len(data)

        def killed():
            begin(lambda: write(10, b'first'))
            os.kill(children[0], signal.SIGKILL)
            os.waitpid(children.pop(0), 0)
            end()
            assert len(open(path, 'rb').read()) == size

        globals()[sys.argv[1]]()
        """;

    public static TheoryData<string> Names => ["two_writers", "readers", "mapped", "renamed", "unlinked", "truncated", "killed"];

    [NeedsFuseTheory, MemberData(nameof(Names))]
    public void Scenario_WhileTheCasIsSilent_EndsAsOnADisk(string scenario)
    {
        using ServedCas cas = machine.ServeCas();
        using MountedByTool mounted = new(machine, Privilege.Root, machine.SmallRoot, cas.Address);
        mounted.Look("/usr/bin/ls", "-l", "data").Expect();
        cas.Stop();
        using ChildProcess python = mounted.StartLooking("/usr/bin/python3", "-c", Prelude + Scenarios, scenario);
        python.WaitForOutput("begun", TimeSpan.FromSeconds(60));
        Assert.False(python.HasExited);

        cas.Continue();

        python.WaitForExit(TimeSpan.FromSeconds(60)).Expect();
        BlobFiles.AssertIntact(mounted.User.Cache);
        mounted.Unmount();
        mounted.User.AssertNothingLeft();
    }

    [NeedsFuseTheory, BothPrivileges]
    public void Write_WhoseInputCannotBeHad_IsEioAndHarmsNothingElse(Privilege privilege)
    {
        using ServedCas cas = machine.ServeCas();
        using MountedByTool mounted = new(machine, privilege, machine.SmallRoot, cas.Address, "--cas-timeout", "2s");
        mounted.Look("/usr/bin/cat", "data/hello.txt").Expect();
        cas.Stop();
        const string Attempt = """
            import errno, os
            file = os.open('data/large.bin', os.O_RDWR)
            try:
                os.pwrite(file, b'first', 10)
                raise SystemExit('written')
            except OSError as error:
                assert error.errno == errno.EIO, error
            assert os.fstat(file).st_size == (5 << 20) + 123
            new = open('data/hello.txt', 'w'); new.write('changed'); new.close()
            assert open('data/hello.txt').read() == 'changed'
            os.truncate('data/large.bin', 0)
            assert os.pwrite(file, b'again', 0) == 5 and os.pread(file, 9, 0) == b'again'
            """;

        mounted.Look("/usr/bin/python3", "-c", Attempt).Expect();

        cas.Continue();
        mounted.Unmount();
        mounted.User.AssertNothingLeft();
    }
}
