"""Several processes at the same files at once; what is left is the same whoever was first."""
import os

from ..calls import EXCHANGE, renameat2
from ..cases import case, case_of_created
from ..fixture import BIG
from ..observing import content, kind, links, names, opened, put, seen, tried

PROCESSES = 4


def _together(function):
    """What the function returned for each number, in processes that all start when the last is ready."""
    import json
    gate, open_gate = os.pipe()
    answers = []
    for number in range(PROCESSES):
        reading, writing = os.pipe()
        if os.fork() == 0:
            os.close(open_gate)
            os.read(gate, 1)
            os.write(writing, json.dumps(function(number)).encode())
            os._exit(0)
        os.close(writing)
        answers.append(reading)
    os.close(open_gate)
    return [json.loads(os.read(reading, 65_536)) for reading in answers]


@case
def exclusive_creation_has_one_winner(): return sorted(_together(lambda number: opened("new", os.O_CREAT | os.O_EXCL | os.O_WRONLY))), kind("new")


@case
def making_a_directory_has_one_winner(): return sorted(_together(lambda number: tried(os.mkdir, "new"))), kind("new")


@case
def linking_has_one_winner(): return sorted(_together(lambda number: tried(os.link, "file", "new"))), links("file")


@case
def unlinking_has_one_winner(): return sorted(_together(lambda number: tried(os.unlink, "file"))), kind("file")


@case
def removing_has_one_winner(): return sorted(_together(lambda number: tried(os.rmdir, "void"))), kind("void")


@case
def renaming_has_one_winner(): return sorted(_together(lambda number: tried(os.rename, "file", f"new{number}"))), len(names())


@case
def moving_a_directory_has_one_winner(): return sorted(_together(lambda number: tried(os.rename, "dir", f"void/new{number}"))), len(names("void")), kind("dir")


@case
def appends_lose_nothing():
    def append(number):
        fd = os.open("file", os.O_WRONLY | os.O_APPEND)
        for _ in range(50):
            os.write(fd, bytes([65 + number]) * 9 + b"\n")
        os.close(fd)

    _together(append)
    with open("file", "rb") as file:
        lines = file.read().split(b"\n")[1:-1]
    return len(lines), all(len(line) == 9 and len(set(line)) == 1 for line in lines), sorted(lines.count(bytes([65 + number]) * 9) for number in range(PROCESSES))


@case
def writes_to_parts_of_a_file():
    def write(number):
        fd = os.open("big", os.O_RDWR)
        for offset in range(number * 50_000, (number + 1) * 50_000, 5000):
            os.pwrite(fd, bytes([number + 1]) * 2500, offset)
        return len(os.pread(fd, 300_000, 0))

    return _together(write), content("big")


@case
def reads_beside_the_first_write():
    """A reader sees the old bytes or the new ones in any place, and nothing else."""
    def work(number):
        fd = os.open("big", os.O_RDWR)
        if number == 0:
            for offset in range(0, 200_000, 10_000):
                os.pwrite(fd, b"\xff" * 100, offset)
            return 0
        bad = 0
        for _ in range(20):
            data = os.pread(fd, 200_000, 0)
            bad += len(data) != 200_000 or any(byte not in (255, old) for byte, old in zip(data[::97], BIG[::97]))
        return bad

    return _together(work), content("big")


@case
def truncations_and_growth():
    def work(number):
        fd = os.open("big", os.O_RDWR)
        for _ in range(20):
            os.ftruncate(fd, 100_000)
            os.ftruncate(fd, 200_000)
        return tried(os.fsync, fd)

    return _together(work), content("big")


@case
def entries_of_one_directory():
    def work(number):
        for index in range(30):
            put(f"dir/{number}-{index}", b"x")
        for index in range(0, 30, 2):
            os.unlink(f"dir/{number}-{index}")
        for index in range(1, 30, 2):
            os.rename(f"dir/{number}-{index}", f"dir/{number}-{index}-moved")

    _together(work)
    return names("dir")


@case
def moving_between_two_directories():
    def work(number):
        put(f"dir/own{number}", str(number).encode())
        for _ in range(25):
            os.rename(f"dir/own{number}", f"void/own{number}")
            os.rename(f"void/own{number}", f"dir/own{number}")

    _together(work)
    return names("dir"), names("void"), [content(f"dir/own{number}") for number in range(PROCESSES)]


@case
def exchanges_lose_nothing():
    def work(number):
        for _ in range(25):
            renameat2("file", "other", EXCHANGE)

    _together(work)
    return content("file"), content("other")


@case
def moves_of_directories_into_each_other():
    """One may move a below b, another b below a, but never both."""
    def work(number):
        one, other = ("void", "void2") if number % 2 else ("void2", "void")
        return tried(os.rename, one, f"{other}/in")

    found = _together(work)
    return found.count("ok") >= 1, len([name for name in ("void", "void2") if kind(name) == "dir"])


@case
def links_and_unlinks_of_one_file():
    def work(number):
        for index in range(25):
            os.link("file", f"dir/l{number}")
            os.unlink(f"dir/l{number}")

    _together(work)
    return links("file"), names("dir"), content("file")


@case
def listing_beside_changes():
    def work(number):
        if number:
            for index in range(30):
                put(f"dir/{number}-{index}", b"")
                os.unlink(f"dir/{number}-{index}")
            return True
        return all({"child", "sub"} <= set(os.listdir("dir")) for _ in range(60))

    return _together(work), names("dir")


@case_of_created
def locks_keep_a_counter():
    import fcntl
    put("counter", b"0")

    def work(number):
        for _ in range(50):
            fd = os.open("counter", os.O_RDWR)
            fcntl.flock(fd, fcntl.LOCK_EX)
            value = int(os.pread(fd, 20, 0))
            os.pwrite(fd, str(value + 1).encode(), 0)
            os.close(fd)

    _together(work)
    return content("counter"), seen("counter")


@case
def signals_interrupt_nothing():
    """A signal's handler may run, but no call on files ends with EINTR for it, nor does less than it was asked for."""
    import ctypes
    import errno
    import signal
    libc = ctypes.CDLL(None, use_errno=True)
    caught = []
    signal.signal(signal.SIGALRM, lambda *_: caught.append(1))
    signal.siginterrupt(signal.SIGALRM, True)
    signal.setitimer(signal.ITIMER_REAL, 0.0007, 0.0007)
    data, bad = b"s" * 70_000, []

    def call(name, function, *arguments):
        result = function(*arguments)
        if result < 0:
            bad.append(f"{name} {errno.errorcode[ctypes.get_errno()]}")
        return result

    for index in range(25):
        name = b"s%d" % index
        for path in (b"big", b"file", name):
            fd = call("open", libc.open, path, os.O_RDWR | os.O_CREAT, 0o644)
            for offset in (0, 100_000):
                if (count := call("pwrite", libc.pwrite, fd, data, len(data), ctypes.c_long(offset))) != len(data):
                    bad.append(f"wrote {count}")
                if (count := call("pread", libc.pread, fd, ctypes.create_string_buffer(len(data)), len(data), ctypes.c_long(offset))) != len(data):
                    bad.append(f"read {count}")
            call("fsync", libc.fsync, fd)
            call("ftruncate", libc.ftruncate, fd, ctypes.c_long(50_000))
            call("close", libc.close, fd)
        call("mkdir", libc.mkdir, b"d" + name, 0o755)
        call("rename", libc.rename, name, b"d" + name + b"/in")
        call("access", libc.access, b"dir/sub/leaf", 0)
        call("chmod", libc.chmod, b"d" + name + b"/in", 0o600)
        call("unlink", libc.unlink, b"d" + name + b"/in")
        call("rmdir", libc.rmdir, b"d" + name)
    signal.setitimer(signal.ITIMER_REAL, 0)
    return sorted(set(bad)), len(caught) > 0
