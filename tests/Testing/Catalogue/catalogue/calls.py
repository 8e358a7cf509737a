"""System calls that Python's os module lacks, with its convention: OSError on failure."""
import ctypes
import os

_libc = ctypes.CDLL(None, use_errno=True)

AT_FDCWD = -100
AT_SYMLINK_NOFOLLOW = 0x100
AT_REMOVEDIR = 0x200
AT_SYMLINK_FOLLOW = 0x400
AT_EMPTY_PATH = 0x1000
NOREPLACE, EXCHANGE, WHITEOUT = 1, 2, 4
KEEP_SIZE, PUNCH_HOLE, COLLAPSE_RANGE, ZERO_RANGE, INSERT_RANGE, UNSHARE_RANGE = 1, 2, 8, 16, 32, 64
UTIME_NOW, UTIME_OMIT = (1 << 30) - 1, (1 << 30) - 2
F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW = 36, 37, 38
STATX_BTIME = 0x800
_SYS = {"x86_64": {"fchmodat2": 452, "faccessat2": 439, "mknodat": 259, "getdents64": 217}, "aarch64": {"fchmodat2": 452, "faccessat2": 439, "mknodat": 33, "getdents64": 61}}[os.uname().machine]


class TimeSpec(ctypes.Structure):
    _fields_ = [("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long)]


def _call(name, *arguments):
    return _check(getattr(_libc, name)(*arguments))


def _check(result):
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def _syscall(name, *arguments):
    return _check(_libc.syscall(ctypes.c_long(_SYS[name]), *arguments))


def renameat2(old, new, flags, old_dir=AT_FDCWD, new_dir=AT_FDCWD):
    _call("renameat2", old_dir, os.fsencode(old), new_dir, os.fsencode(new), ctypes.c_uint(flags))


def linkat(old_dir, old, new_dir, new, flags):
    _call("linkat", old_dir, os.fsencode(old), new_dir, os.fsencode(new), flags)


def unlinkat(directory, name, flags):
    _call("unlinkat", directory, os.fsencode(name), flags)


def fallocate(fd, mode, offset, length):
    _libc.fallocate.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64]
    _call("fallocate", fd, mode, offset, length)


def truncate(path, length):
    _libc.truncate.argtypes = [ctypes.c_char_p, ctypes.c_int64]
    _call("truncate", os.fsencode(path), length)


def ftruncate(fd, length):
    _libc.ftruncate.argtypes = [ctypes.c_int, ctypes.c_int64]
    _call("ftruncate", fd, length)


def utimensat(path, access, modification, flags=0, directory=AT_FDCWD):
    """Each time is (seconds, nanoseconds)."""
    times = (TimeSpec * 2)(TimeSpec(*access), TimeSpec(*modification))
    _call("utimensat", directory, os.fsencode(path), times, flags)


def futimens(fd, access, modification):
    _call("futimens", fd, (TimeSpec * 2)(TimeSpec(*access), TimeSpec(*modification)))


def utimensat_now(path):
    _call("utimensat", AT_FDCWD, os.fsencode(path), None, 0)


def syncfs(fd):
    _call("syncfs", fd)


def sync_file_range(fd, offset, length, flags):
    _libc.sync_file_range.argtypes = [ctypes.c_int, ctypes.c_int64, ctypes.c_int64, ctypes.c_uint]
    _call("sync_file_range", fd, offset, length, flags)


def fchmodat2(path, mode, flags):
    _syscall("fchmodat2", AT_FDCWD, os.fsencode(path), ctypes.c_uint(mode), ctypes.c_int(flags))


def faccessat2(path, mode, flags):
    _syscall("faccessat2", AT_FDCWD, os.fsencode(path), ctypes.c_int(mode), ctypes.c_int(flags))


def mknodat(path, mode, device):
    """The call as it is: os.mknod goes through the C library, which may refuse by itself."""
    _syscall("mknodat", AT_FDCWD, os.fsencode(path), ctypes.c_uint(mode), ctypes.c_ulong(device))


def statx_birth(path):
    """(whether the file system tells the time of birth, seconds, nanoseconds)."""
    buffer = ctypes.create_string_buffer(256)
    _call("statx", AT_FDCWD, os.fsencode(path), AT_SYMLINK_NOFOLLOW, ctypes.c_uint(0xFFF), buffer)
    mask = int.from_bytes(buffer.raw[0:4], "little")
    return bool(mask & STATX_BTIME), int.from_bytes(buffer.raw[80:88], "little"), int.from_bytes(buffer.raw[88:92], "little")


def directory_records(path, length):
    """The names that getdents64 gives with buffers of this length."""
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    buffer, found = ctypes.create_string_buffer(length), []
    try:
        while count := _syscall("getdents64", ctypes.c_int(fd), buffer, ctypes.c_uint(length)):
            data = buffer.raw[:count]
            while data:
                record = int.from_bytes(data[16:18], "little")
                found.append(data[19:record].split(b"\0")[0].decode())
                data = data[record:]
        return found
    finally:
        os.close(fd)


class Directory:
    """opendir(3), with telldir and seekdir."""

    class _Entry(ctypes.Structure):
        _fields_ = [("inode", ctypes.c_uint64), ("offset", ctypes.c_int64), ("length", ctypes.c_ushort), ("type", ctypes.c_ubyte), ("name", ctypes.c_char * 256)]

    def __init__(self, path):
        _libc.opendir.restype = ctypes.c_void_p
        _libc.readdir64.restype = ctypes.POINTER(Directory._Entry)
        _libc.readdir64.argtypes = [ctypes.c_void_p]
        _libc.telldir.restype = ctypes.c_long
        _libc.telldir.argtypes = [ctypes.c_void_p]
        _libc.seekdir.argtypes = [ctypes.c_void_p, ctypes.c_long]
        _libc.rewinddir.argtypes = [ctypes.c_void_p]
        _libc.closedir.argtypes = [ctypes.c_void_p]
        self._stream = _libc.opendir(os.fsencode(path))
        if not self._stream:
            _check(-1)

    def read(self):
        """The next (name, type, inode), or None at the end."""
        ctypes.set_errno(0)
        entry = _libc.readdir64(self._stream)
        if not entry:
            if ctypes.get_errno():
                _check(-1)
            return None
        return os.fsdecode(entry.contents.name), entry.contents.type, entry.contents.inode

    def names(self):
        found = []
        while (entry := self.read()) is not None:
            found.append(entry[0])
        return found

    def tell(self):
        return _libc.telldir(self._stream)

    def seek(self, position):
        _libc.seekdir(self._stream, position)

    def rewind(self):
        _libc.rewinddir(self._stream)

    def close(self):
        _libc.closedir(self._stream)
