using VirtualRoot.Acceptance.Tests.Support;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Acceptance.Tests.Special;

/// <summary>/dev as programs use it: real nodes where root mounts, emulated ones in a user's mount. What is asserted of both is the same.</summary>
[Collection(MountingCollection.Name)]
public sealed class DeviceTests(Machine machine)
{
    [NeedsFuseTheory, BothPrivileges]
    public void Devices_ReadWrittenAndTruncated_AreAsTheRealOnes(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        const string Script = """
            set -e
            echo data > /dev/null; echo more >> /dev/null; : > /dev/null
            test ! -s /dev/null; test -z "$(cat /dev/null)"
            dd if=/dev/zero of=/zeros bs=4096 count=16 2>/dev/null
            test $(wc -c < /zeros) = 65536; test -z "$(tr -d '\0' < /zeros)"
            dd if=/zeros of=/dev/null bs=1024 seek=3 2>/dev/null
            dd if=/zeros of=/dev/null bs=1024 conv=notrunc 2>/dev/null
            dd if=/dev/zero of=/one bs=1 skip=1000 count=1 2>/dev/null; test $(wc -c < /one) = 1
            if echo full > /dev/full; then exit 10; fi
            test $(head -c 10 /dev/full | wc -c) = 10
            test "$(head -c 16 /dev/urandom | md5sum)" != "$(head -c 16 /dev/urandom | md5sum)"
            test $(head -c 70000 /dev/random | wc -c) = 70000
            echo entropy > /dev/urandom
            cp /zeros /dev/null; cat /zeros > /dev/zero
            test ! -s /dev/null
            """;
        Assert.Contains("No space left on device", user.Run(machine.SmallRoot, "/bin/sh", "-c", Script).Expect().Error, StringComparison.Ordinal);
    }

    [NeedsFuseTheory, BothPrivileges]
    public void Devices_RemovedOrReplaced_StayWhatTheyAre(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        const string Script = """
            echo other > /other
            rm -f /dev/null && exit 10
            mv /other /dev/null && exit 11
            ln -f /other /dev/null && exit 12
            mkdir /dev/zero && exit 13
            mv /dev/null /moved && exit 14
            ln -s /other /dev/tty && exit 15
            rmdir /dev/fd && exit 16
            chmod 600 /dev/null && exit 17
            test -e /moved && exit 18
            echo gone > /dev/null
            test ! -s /dev/null && cat /other
            """;
        Assert.Equal("other\n", user.Run(machine.SmallRoot, "/bin/sh", "-c", Script).Expect().Output);
    }

    [NeedsFuseTheory, BothPrivileges]
    public void Dev_Listed_HasItsModesAndNoPseudoTerminals(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        const string Script = """
            cd /dev
            stat -c '%a %F' . shm
            test -c null && echo real || echo emulated
            stat -c '%a' null zero full random urandom tty | uniq
            for name in ptmx pts mem kmsg console; do test -e $name && echo $name; done
            cat ptmx || true
            echo shared > shm/segment && cat shm/segment && rm shm/segment
            """;
        ProcessOutcome outcome = user.Run(machine.SmallRoot, "/bin/sh", "-c", Script).Expect();
        string kind = privilege == Privilege.Root ? "real" : "emulated";
        Assert.StartsWith($"755 directory\n1777 directory\n{kind}\n666\n", outcome.Output, StringComparison.Ordinal);
        Assert.EndsWith("\nshared\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("can't open 'ptmx': No such file or directory", outcome.Error, StringComparison.Ordinal);
    }

    [NeedsFuseTheory, BothPrivileges]
    public void Python_UsesSharedMemoryLocksPollAndFallocate(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        const string Script = """
            import errno, mmap, multiprocessing, os, select
            from multiprocessing import shared_memory
            memory = shared_memory.SharedMemory(create=True, size=1 << 20)
            def work():
                other = shared_memory.SharedMemory(name=memory.name)
                with lock:
                    other.buf[:5] = b'child'
                other.close()
            lock = multiprocessing.get_context('fork').Lock()
            child = multiprocessing.get_context('fork').Process(target=work)
            child.start(); child.join()
            assert child.exitcode == 0 and bytes(memory.buf[:5]) == b'child'
            memory.close(); memory.unlink()
            for name in ('null', 'zero', 'full', 'urandom'):
                file = os.open('/dev/' + name, os.O_RDWR | os.O_APPEND | os.O_TRUNC)
                poll = select.poll(); poll.register(file, select.POLLIN | select.POLLOUT)
                [(_, events)] = poll.poll(30000)
                assert events & (select.POLLIN | select.POLLOUT) == select.POLLIN | select.POLLOUT, (name, events)
                assert select.select([file], [file], [], 30)[:2] == ([file], [file])
                try:
                    os.posix_fallocate(file, 0, 4096); raise SystemExit('allocated')
                except OSError as error:
                    assert error.errno == errno.ENODEV, (name, error)
                assert len(os.read(file, 100)) == (0 if name == 'null' else 100)
                os.close(file)
            print('done')
            """;
        Assert.Equal("done\n", user.Run(machine.ToolsRoot, "/usr/bin/python3", "-c", Script).Expect().Output);
    }

    [NeedsFuseTheory, BothPrivileges]
    public void Terminal_WithoutOne_IsEnxio(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        ProcessOutcome outcome = user.Run(machine.SmallRoot, "/bin/busybox", "setsid", "sh", "-c", "(: < /dev/tty) || echo none");
        Assert.Equal("none\n", outcome.Expect().Output);
        Assert.Contains("No such device or address", outcome.Error, StringComparison.Ordinal);
    }

    [NeedsFuseTheory("/usr/bin/gcc"), BothPrivileges]
    public void BinaryTools_WriteToDevNull_AndLeaveItThere(Privilege privilege)
    {
        using MountedByTool mounted = new(machine, privilege, machine.SmallRoot);
        const string Script = """
            set -e
            echo 'int main(void) { return 0; }' | gcc -x c -o dev/null -
            echo 'int main(void) { return 0; }' | gcc -x c -c -o dev/null -
            echo 'int main(void) { return 0; }' | gcc -x c -MD -MF dev/null -E -o dev/null -
            echo 'nop' | as -o dev/null -
            strip -o dev/null /bin/true
            ! install -m 644 /etc/passwd dev/null
            cp /etc/passwd dev/null
            tar -cf dev/null -C /etc passwd
            test ! -s dev/null && test -z "$(cat dev/null)"
            test -c dev/null && echo real || echo emulated
            """;
        Assert.Equal(privilege == Privilege.Root ? "real\n" : "emulated\n", mounted.Look("/bin/bash", "-c", Script).Expect().Output);
        mounted.Unmount();
    }
}
