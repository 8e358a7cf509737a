import fcntl
import os
import struct

from ..calls import F_OFD_GETLK, F_OFD_SETLK
from ..cases import case
from ..observing import child, opened, tried

EX, SH, UN, NB = fcntl.LOCK_EX, fcntl.LOCK_SH, fcntl.LOCK_UN, fcntl.LOCK_NB


def _open(path="file", flags=os.O_RDWR):
    return os.open(path, flags)


def _lock(kind, start=0, length=0):
    return struct.pack("hhqqi4x", kind, os.SEEK_SET, start, length, 0)


def _ofd(fd, kind, start=0, length=0, command=F_OFD_SETLK):
    return tried(lambda: struct.unpack("hhqqi4x", fcntl.fcntl(fd, command, _lock(kind, start, length)))[0:4:3] if command == F_OFD_GETLK else fcntl.fcntl(fd, command, _lock(kind, start, length)) and None)


@case
def flock_excludes_another_process():
    fd = _open()
    fcntl.flock(fd, EX)
    first = child(lambda: [tried(fcntl.flock, _open(), kind | NB) for kind in (EX, SH)])
    fcntl.flock(fd, UN)
    return first, child(lambda: tried(fcntl.flock, _open(), EX | NB))


@case
def flock_shares():
    fd = _open()
    fcntl.flock(fd, SH)
    return child(lambda: [tried(fcntl.flock, _open(), kind | NB) for kind in (SH, EX)])


@case
def flock_excludes_another_descriptor():
    one, two = _open(), _open()
    return tried(fcntl.flock, one, EX | NB), tried(fcntl.flock, two, EX | NB), tried(fcntl.flock, one, SH | NB), tried(fcntl.flock, two, SH | NB), tried(fcntl.flock, one, EX | NB)


@case
def flock_is_inherited():
    fd = _open()
    fcntl.flock(fd, EX)
    released = child(lambda: tried(fcntl.flock, fd, UN))
    return released, tried(fcntl.flock, _open(), EX | NB)


@case
def flock_ends_with_the_descriptor():
    fd = _open()
    fcntl.flock(fd, EX)
    copy = os.dup(fd)
    os.close(fd)
    first = tried(fcntl.flock, _open(), EX | NB)
    os.close(copy)
    return first, tried(fcntl.flock, _open(), EX | NB)


@case
def flock_ends_with_the_process():
    child(lambda: tried(fcntl.flock, _open(), EX | NB))
    return tried(fcntl.flock, _open(), EX | NB)


@case
def flock_of_a_directory():
    fd = _open("dir", os.O_RDONLY)
    fcntl.flock(fd, EX)
    return child(lambda: tried(fcntl.flock, _open("dir", os.O_RDONLY), EX | NB))


@case
def flock_is_of_the_file_not_the_name():
    os.link("file", "again")
    fd = _open()
    fcntl.flock(fd, EX)
    os.rename("file", "moved")
    return [tried(fcntl.flock, _open(name), EX | NB) for name in ("again", "moved", "other")]


@case
def flock_waits():
    import time
    fd = _open()
    fcntl.flock(fd, EX)
    pid = os.fork()
    if pid == 0:
        time.sleep(0.05)
        os._exit(0)  # the lock is also the child's; only the parent's release counts
    started = time.monotonic()
    reading, writing = os.pipe()
    waiter = os.fork()
    if waiter == 0:
        fcntl.flock(_open(), EX)
        os.write(writing, b"got it")
        os._exit(0)
    time.sleep(0.05)
    fcntl.flock(fd, UN)
    data = os.read(reading, 10).decode()
    os.waitpid(pid, 0)
    os.waitpid(waiter, 0)
    return data, time.monotonic() - started >= 0.05


@case
def posix_excludes_another_process():
    fd = _open()
    fcntl.lockf(fd, EX | NB)
    return child(lambda: [tried(fcntl.lockf, _open(), kind | NB) for kind in (EX, SH)])


@case
def posix_is_by_ranges():
    fd = _open("big")
    fcntl.lockf(fd, EX | NB, 100, 1000)
    return child(lambda: [tried(fcntl.lockf, _open("big"), EX | NB, length, start) for start, length in ((0, 1000), (0, 1001), (1099, 1), (1100, 0), (500, 10))])


@case
def posix_is_the_processes_own():
    one, two = _open(), _open()
    return tried(fcntl.lockf, one, EX | NB), tried(fcntl.lockf, two, EX | NB)


@case
def posix_ends_with_any_close():
    fd = _open()
    fcntl.lockf(fd, EX | NB)
    os.close(_open())
    return child(lambda: tried(fcntl.lockf, _open(), EX | NB))


@case
def posix_is_not_inherited():
    fd = _open()
    fcntl.lockf(fd, EX | NB)
    return child(lambda: tried(fcntl.lockf, fd, EX | NB))


@case
def posix_tells_the_holder():
    fd = _open()
    fcntl.lockf(fd, EX | NB, 5, 10)
    holder = os.getpid()

    def ask():
        kind, _, start, length, pid = struct.unpack("hhqqi4x", fcntl.fcntl(_open(), fcntl.F_GETLK, _lock(fcntl.F_WRLCK)))
        return kind == fcntl.F_WRLCK, start, length, pid == holder

    return child(ask), tried(lambda: struct.unpack("hhqqi4x", fcntl.fcntl(fd, fcntl.F_GETLK, _lock(fcntl.F_WRLCK)))[0] == fcntl.F_UNLCK)


@case
def posix_splits_a_range():
    fd = _open("big")
    fcntl.lockf(fd, EX | NB, 100, 0)
    fcntl.lockf(fd, UN, 20, 40)
    return child(lambda: [tried(fcntl.lockf, _open("big"), EX | NB, 10, start) for start in (0, 35, 45, 60, 90, 100)])


@case
def posix_needs_the_right_descriptor():
    return tried(fcntl.lockf, _open(flags=os.O_RDONLY), EX | NB), tried(fcntl.lockf, _open(flags=os.O_WRONLY), SH | NB), tried(fcntl.lockf, _open(flags=os.O_RDONLY), SH | NB), tried(fcntl.lockf, _open("dir", os.O_RDONLY), SH | NB)


@case
def posix_deadlock_is_refused():
    import time
    fd = _open("big")
    fcntl.lockf(fd, EX, 1, 0)
    ready, tell = os.pipe()
    pid = os.fork()
    if pid == 0:
        mine = _open("big")
        fcntl.lockf(mine, EX, 1, 1)
        os.write(tell, b"x")
        tried(fcntl.lockf, mine, EX, 1, 0)
        os._exit(0)
    os.read(ready, 1)
    time.sleep(0.05)
    found = tried(fcntl.lockf, fd, EX, 1, 1)
    fcntl.lockf(fd, UN)
    os.waitpid(pid, 0)
    return found


@case
def ofd_excludes_another_descriptor():
    one, two = _open(), _open()
    return _ofd(one, fcntl.F_WRLCK), _ofd(two, fcntl.F_WRLCK), _ofd(two, fcntl.F_RDLCK), _ofd(one, fcntl.F_UNLCK), _ofd(two, fcntl.F_WRLCK)


@case
def ofd_is_by_ranges():
    one, two = _open("big"), _open("big")
    return _ofd(one, fcntl.F_WRLCK, 0, 100), _ofd(two, fcntl.F_WRLCK, 100, 100), _ofd(two, fcntl.F_WRLCK, 99, 1), _ofd(one, fcntl.F_RDLCK, 150, 1)


@case
def ofd_is_inherited_and_survives_another_close():
    one = _open()
    first = _ofd(one, fcntl.F_WRLCK)
    os.close(_open())
    return first, child(lambda: (_ofd(one, fcntl.F_WRLCK), _ofd(_open(), fcntl.F_WRLCK)))


@case
def ofd_tells_its_holder():
    one, two = _open(), _open()
    _ofd(one, fcntl.F_RDLCK, 3, 4)
    return _ofd(two, fcntl.F_WRLCK, command=F_OFD_GETLK), _ofd(two, fcntl.F_RDLCK, command=F_OFD_GETLK)


@case
def ofd_and_posix_exclude_each_other():
    one = _open()
    _ofd(one, fcntl.F_WRLCK)
    first = tried(fcntl.lockf, _open(), EX | NB), child(lambda: tried(fcntl.lockf, _open(), EX | NB))
    return first


@case
def flock_and_posix_do_not_meet():
    fcntl_holder = _open()
    fcntl.lockf(fcntl_holder, EX | NB)
    return child(lambda: tried(fcntl.flock, _open(), EX | NB))


@case
def leases():
    fd = _open(flags=os.O_RDONLY)
    return tried(fcntl.fcntl, fd, fcntl.F_SETLEASE, fcntl.F_RDLCK), tried(fcntl.fcntl, fd, fcntl.F_GETLEASE), opened("file", os.O_RDONLY)


@case
def lock_of_an_unlinked_file():
    fd = _open()
    os.unlink("file")
    fcntl.flock(fd, EX | NB)
    return child(lambda: tried(fcntl.flock, os.open(f"/proc/self/fd/{fd}", os.O_RDWR), EX | NB)), tried(fcntl.lockf, fd, EX | NB)
