"""What devices do when they are read and written."""
import mmap
import os
import select
import stat

from catalogue.cases import NotApplicable
from catalogue.observing import opened, tried

from .aspects import kind
from .subjects import named


def _open(name, flags=os.O_RDWR):
    return os.open("/dev/" + name, flags)


@named
def dev_null_swallows_and_is_empty():
    fd = _open("null")
    return {"read": len(os.read(fd, 100)), "write": os.write(fd, b"x" * 70_000), "pread": len(os.pread(fd, 10, 500)), "seek": tried(os.lseek, fd, 10, os.SEEK_SET), "size": os.fstat(fd).st_size, "append": opened("/dev/null", os.O_WRONLY | os.O_APPEND), "truncate": opened("/dev/null", os.O_WRONLY | os.O_TRUNC), "create": opened("/dev/null", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666),
            "big": sum(os.write(fd, bytes(1 << 20)) for _ in range(8))}


@named
def dev_null_stays_after_output_to_it():
    with open("/dev/null", "w") as out:
        out.write("text")
    return {"read": open("/dev/null", "rb").read().decode(), "mode": oct(stat.S_IMODE(os.stat("/dev/null").st_mode)), "links": os.stat("/dev/null").st_nlink}


@named
def dev_zero_reads_zeros():
    fd = _open("zero")
    return {"read": os.read(fd, 5000) == bytes(5000), "big": len(os.read(fd, 1 << 20)), "pread": os.pread(fd, 3, 1 << 33) == bytes(3), "write": os.write(fd, b"abc"), "one": len(os.read(fd, 1))}


@named
def dev_full_is_full():
    fd = _open("full")
    return {"read": os.read(fd, 10) == bytes(10), "write": tried(os.write, fd, b"abc"), "nothing": tried(os.write, fd, b"")}


@named
def dev_random_differs():
    return {name: (len(os.read(_open(name, os.O_RDONLY), 256)), os.read(_open(name, os.O_RDONLY), 32) != os.read(_open(name, os.O_RDONLY), 32)) for name in ("random", "urandom")} | {"writable": tried(lambda: os.write(_open("urandom", os.O_WRONLY), b"seed"))}


@named
def dev_mapped():
    if not stat.S_ISCHR(os.stat("/dev/zero").st_mode):
        raise NotApplicable("an emulated device has nothing to map")

    def shared():
        return mmap.mmap(_open("zero"), 4096, mmap.MAP_SHARED)[:4] == bytes(4)

    def private():
        mapping = mmap.mmap(_open("zero"), 4096, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_WRITE)
        mapping[:3] = b"abc"
        return mapping[:4] == b"abc\0"

    return {"zero private": tried(private), "zero shared": tried(shared), "null": tried(lambda: mmap.mmap(_open("null"), 4096) and "mapped")}


@named
def dev_poll():
    found = {}
    for name in ("null", "zero", "urandom"):
        poller = select.poll()
        poller.register(_open(name), select.POLLIN | select.POLLOUT)
        found[name] = [bool(event & flag) for _, event in poller.poll(0) for flag in (select.POLLIN, select.POLLOUT, select.POLLERR)]
    return found


@named
def dev_tty_without_a_terminal():
    return {"read": opened("/dev/tty", os.O_RDONLY), "write": opened("/dev/tty", os.O_WRONLY), "both": opened("/dev/tty", os.O_RDWR | os.O_NOCTTY), "path": opened("/dev/tty", os.O_PATH)}


@named
def dev_std_links_lead_to_descriptors():
    reading, writing = os.pipe()
    os.dup2(reading, 0)
    os.dup2(writing, 1)
    os.dup2(writing, 2)
    with open("/dev/stdout", "wb", buffering=0) as out, open("/dev/stderr", "wb", buffering=0) as error:
        out.write(b"out ")
        error.write(b"error")
    with open("/dev/stdin", "rb", buffering=0) as given:
        return {"read": given.read(100).decode(), "fd": tried(lambda: len(os.listdir("/dev/fd")) > 3), "link": [os.readlink("/dev/" + name) for name in ("fd", "stdin", "stdout", "stderr")]}


@named
def dev_null_as_each_standard_descriptor():
    return {str(number): os.readlink(f"/proc/self/fd/{number}") for number in (0, 1, 2)} | {"opened": opened("/dev/stdin", os.O_RDONLY), "out": opened("/dev/stdout", os.O_WRONLY)}


@named
def dev_shm_is_a_place_to_write():
    path = f"/dev/shm/x-{os.getpid()}"
    fields = {"mode": tried(lambda: oct(stat.S_IMODE(os.stat("/dev/shm").st_mode))), "type": tried(lambda: kind(os.stat("/dev/shm").st_mode))}

    def shared():
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        os.ftruncate(fd, 8192)
        one, two = mmap.mmap(fd, 8192), mmap.mmap(fd, 8192)
        one[100:103] = b"abc"
        return two[100:103] == b"abc" and os.pread(fd, 3, 100) == b"abc"

    fields["shared"] = tried(shared)
    fields["unlink"] = tried(os.unlink, path)
    return fields


@named
def dev_refuses_to_lose_null():
    """Only where /dev/null is no entry of ours to remove: an ordinary user."""
    if os.geteuid() == 0:
        raise NotApplicable("root may remove a device")
    return {"unlink": tried(os.unlink, "/dev/null"), "rename": tried(os.rename, "/dev/null", "/dev/null2"), "create": opened("/dev/new", os.O_CREAT | os.O_WRONLY)}
