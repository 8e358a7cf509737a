"""Looks at one path, each function in one respect; every field can be compared by itself."""
import array
import ctypes
import errno
import fcntl
import mmap
import os
import select
import socket
import stat
import termios

from catalogue import calls
from catalogue.observing import opened, tried

_KINDS = {stat.S_IFREG: "file", stat.S_IFDIR: "directory", stat.S_IFLNK: "link", stat.S_IFIFO: "fifo", stat.S_IFSOCK: "socket", stat.S_IFCHR: "character device", stat.S_IFBLK: "block device"}
O_LARGEFILE = 0o100000
LAST_IDS = 65534


def kind(mode):
    return _KINDS[stat.S_IFMT(mode)]


def who(number):
    """root comes before oneself: in a namespace of one id they are the same. Other people of the machine are all one."""
    return "root" if number == 0 else "me" if number in (os.geteuid(), os.getegid()) else "somebody"


def attributes(path):
    seen = os.lstat(path)
    fields = {"type": kind(seen.st_mode), "mode": oct(stat.S_IMODE(seen.st_mode)), "owner": who(seen.st_uid), "group": who(seen.st_gid),
              "size": seen.st_size, "links": seen.st_nlink, "blocks": seen.st_blocks, "device": seen.st_rdev, "again": os.lstat(path).st_ino == seen.st_ino}
    for name, right in (("F_OK", os.F_OK), ("R_OK", os.R_OK), ("W_OK", os.W_OK), ("X_OK", os.X_OK)):
        fields[name] = os.access(path, right, effective_ids=True, follow_symlinks=False)
    try:
        fd = os.open(path, os.O_PATH | os.O_NOFOLLOW)
        fields["held"] = os.fstat(fd).st_ino == seen.st_ino
        fields["by handle"] = stat.S_IFMT(os.stat(f"/proc/self/fd/{fd}").st_mode) == stat.S_IFMT(seen.st_mode) if not stat.S_ISLNK(seen.st_mode) else None
        os.close(fd)
    except OSError as failure:
        fields["held"] = errno.errorcode[failure.errno]
    return fields


def opening(path, truncating=True):
    """truncating: not of the program that runs, since a FUSE file system has cut it by the time the kernel says ETXTBSY."""
    flags = {
        "O_RDONLY": os.O_RDONLY, "O_WRONLY": os.O_WRONLY, "O_RDWR": os.O_RDWR, "O_RDONLY|O_TRUNC": os.O_TRUNC, "O_WRONLY|O_APPEND": os.O_WRONLY | os.O_APPEND,
        "O_CREAT": os.O_CREAT, "O_CREAT|O_EXCL": os.O_CREAT | os.O_EXCL, "O_DIRECTORY": os.O_DIRECTORY, "O_NOFOLLOW": os.O_NOFOLLOW, "O_NONBLOCK": os.O_NONBLOCK,
        "O_PATH": os.O_PATH, "O_PATH|O_NOFOLLOW": os.O_PATH | os.O_NOFOLLOW, "O_PATH|O_DIRECTORY": os.O_PATH | os.O_DIRECTORY, "O_CLOEXEC": os.O_CLOEXEC,
        "O_NOATIME": os.O_NOATIME, "O_TMPFILE": os.O_TMPFILE | os.O_RDWR,
    }
    return {name: opened(path, value) for name, value in flags.items() if truncating or value != os.O_TRUNC} | {"below": tried(lambda: bool(os.lstat(path + "/below"))), "slash": tried(lambda: kind(os.lstat(path + "/").st_mode))}


def refusals(path):
    """What must not change it; what is set is what it was."""
    seen = os.lstat(path)
    away = f"/tmp/away-{os.getpid()}"
    follow = {} if stat.S_ISLNK(seen.st_mode) else {
        "chmod": tried(os.chmod, path, stat.S_IMODE(seen.st_mode)),
        "truncate": tried(calls.truncate, path, 0),
        "setxattr": tried(os.setxattr, path, "user.x", b"y"),
        "getxattr": tried(os.getxattr, path, "user.x"),
        "listxattr": tried(os.listxattr, path),
    }
    return follow | {
        "unlink": tried(os.unlink, path), "rmdir": tried(os.rmdir, path), "mkdir": tried(os.mkdir, path), "symlink": tried(os.symlink, "x", path),
        "mkfifo": tried(os.mkfifo, path), "link to": tried(os.link, path, away, follow_symlinks=False), "link from": tried(os.link, "/tmp", path),
        "rename away": tried(os.rename, path, away), "rename over": tried(_rename_over, path), "rename to itself": tried(os.rename, path, path),
        "rename beside": tried(os.rename, path, path + "-2"), "lchown": tried(os.lchown, path, seen.st_uid, seen.st_gid),
        "exchange": tried(lambda: calls.renameat2(path, path, calls.EXCHANGE)), "still": kind(os.lstat(path).st_mode),
    }


def _rename_over(path):
    temporary = f"/tmp/over-{os.getpid()}"
    os.close(os.open(temporary, os.O_CREAT | os.O_WRONLY))
    try:
        os.rename(temporary, path)
    finally:
        os.unlink(temporary)


def contents(path, shape):
    """The whole text, and the same text in other ways of reading it; the texts may differ in numbers, so shapes are compared."""
    fd = os.open(path, os.O_RDONLY)
    whole = read_all(fd)
    text = whole.decode("utf-8", "surrogateescape")
    fields = {"shape": _plain(shape(text)), "empty": not whole, "line": whole.endswith(b"\n"), "NUL": b"\0" in whole}

    def same(data):
        return _plain(shape(data.decode("utf-8", "surrogateescape"))) == fields["shape"]

    fields["rewound"] = (os.lseek(fd, 0, os.SEEK_SET), same(read_all(fd)))
    os.close(fd)
    bytewise = b"".join(_pieces(path, 1, 20_000))
    fields["bytewise"] = same(bytewise) if len(whole) <= 20_000 else len(bytewise) == 20_000
    fields["in sevens"] = same(b"".join(_pieces(path, 7, len(whole) + 100)))
    fields["by a stream"] = same(open(path, "rb").read())
    fields["size told"] = os.stat(path).st_size in (0, 4096)  # sysfs says a page
    return fields


def _plain(value):
    return value.__name__ if isinstance(value, type) else value


def positions(path):
    """Where one can read and seek."""
    fd = os.open(path, os.O_RDONLY)
    whole = read_all(fd)
    middle = len(whole) // 2
    fields = {
        "at": os.lseek(fd, 0, os.SEEK_CUR) == len(whole), "at the end": tried(lambda: len(os.read(fd, 10))), "far": tried(lambda: len(os.pread(fd, 10, 1 << 40))),
        "middle": tried(lambda: len(os.pread(fd, 4, middle)) == min(4, len(whole) - middle)), "start": tried(lambda: len(os.pread(fd, 8, 0)) == min(8, len(whole))),
        "unmoved": os.lseek(fd, 0, os.SEEK_CUR) == len(whole), "SEEK_SET": tried(os.lseek, fd, 3, os.SEEK_SET), "read there": tried(lambda: len(os.read(fd, 1)) == len(whole[3:4])),
        "SEEK_CUR": tried(os.lseek, fd, 2, os.SEEK_CUR), "SEEK_END": tried(os.lseek, fd, 0, os.SEEK_END), "SEEK_DATA": tried(os.lseek, fd, 0, os.SEEK_DATA),
        "negative": tried(os.lseek, fd, -1, os.SEEK_SET), "pread negative": tried(os.pread, fd, 1, -1), "nothing": tried(lambda: len(os.read(fd, 0))),
    }
    os.lseek(fd, 0, os.SEEK_SET)
    two = os.dup(fd)
    os.read(fd, min(2, len(whole)))
    fields["shared"] = os.lseek(two, 0, os.SEEK_CUR) == min(2, len(whole))
    vector = [bytearray(1), bytearray(1)]
    os.lseek(fd, 0, os.SEEK_SET)
    fields["readv"] = tried(lambda: os.readv(fd, vector) == min(2, len(whole)))
    return fields


def descriptor(path):
    """What else a descriptor of it can do."""
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    out = os.open(f"/tmp/copy-{os.getpid()}", os.O_CREAT | os.O_RDWR)
    reading, writing = os.pipe()
    poller = select.poll()
    poller.register(fd, select.POLLIN | select.POLLOUT | select.POLLPRI)
    fields = {
        "poll": sorted(name for name in ("POLLIN", "POLLOUT", "POLLPRI", "POLLERR", "POLLHUP") for _, event in poller.poll(0) if event & getattr(select, name)),
        "epoll": tried(lambda: select.epoll().register(fd)), "write": tried(os.write, fd, b"x"), "ftruncate": tried(os.ftruncate, fd, 0), "isatty": os.isatty(fd),
        "mmap": tried(_mapped, fd, mmap.MAP_PRIVATE), "mmap shared": tried(_mapped, fd, mmap.MAP_SHARED), "fsync": tried(os.fsync, fd), "fdatasync": tried(os.fdatasync, fd),
        "TCGETS": tried(_ioctl, fd, termios.TCGETS), "fadvise": tried(os.posix_fadvise, fd, 0, 0, os.POSIX_FADV_SEQUENTIAL),
        "flock": tried(fcntl.flock, fd, fcntl.LOCK_SH | fcntl.LOCK_NB), "lockf": tried(lambda: fcntl.fcntl(fd, fcntl.F_GETLK, bytes(32)) and "ok"),
        "F_GETFL": fcntl.fcntl(fd, fcntl.F_GETFL) & ~O_LARGEFILE & ~os.O_NONBLOCK, "fchdir": tried(os.fchdir, fd), "fallocate": tried(calls.fallocate, fd, 0, 0, 1),
        "splice": tried(lambda: os.splice(fd, writing, 64) > 0), "sendfile": tried(lambda: os.sendfile(out, fd, 0, 64) > 0), "scm": tried(_passed, fd),
    }
    os.unlink(f"/tmp/copy-{os.getpid()}")
    os.close(reading)
    return fields


def _mapped(fd, how):
    """By the call itself: Python's mmap looks at the size first."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype, libc.mmap.argtypes = ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
    if libc.mmap(None, 4096, mmap.PROT_READ, how, fd, 0) == ctypes.c_void_p(-1).value:
        raise OSError(ctypes.get_errno(), "mmap")


def _ioctl(fd, request):
    fcntl.ioctl(fd, request, bytes(256))


def _passed(fd):
    """Whether a descriptor that went through a socket still reads."""
    one, two = socket.socketpair()
    one.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [fd]))])
    _, ancillary, _, _ = two.recvmsg(1, 64)
    received = array.array("i", ancillary[0][2])[0]
    os.lseek(received, 0, os.SEEK_SET)
    return len(os.read(received, 1))


def listing(path):
    """A directory's own ways of being read."""
    names = os.listdir(path)
    # Where there are no device nodes to be made, those of the real /dev are mounts over files.
    kinds = {} if path == "/dev" else {entry.name: kind(os.lstat(entry.path).st_mode) == _by_type(entry) for entry in os.scandir(path) if not entry.name.isdigit()}
    reader = calls.Directory(path)
    first = reader.read()
    place = reader.tell()
    rest = _stable(reader.names())  # processes come and go
    reader.seek(place)
    again = _stable(reader.names())
    reader.rewind()
    fields = {
        "twice the same": len(names) == len(set(names)), "types": sorted(name for name, agrees in kinds.items() if not agrees), "dots": first[0] == "." or "." in rest,
        "seek": tried(lambda: rest == again), "rewind": len(_stable(reader.names())) == len(rest) + 1, "small buffers": set(_stable(calls.directory_records(path, 300))) == set(_stable(names)) | {".", ".."},
        "looked up": sorted(name for name in _stable(names) if tried(os.lstat, os.path.join(path, name)) == "ENOENT"),
        "parent": kind(os.lstat(os.path.join(path, "..")).st_mode), "itself": os.lstat(os.path.join(path, ".")).st_ino == os.stat(path).st_ino,
    }
    reader.close()
    return fields


def _stable(names):
    return [name for name in names if not name.isdigit()]


def _by_type(entry):
    return "link" if entry.is_symlink() else "directory" if entry.is_dir(follow_symlinks=False) else "file" if entry.is_file(follow_symlinks=False) else kind(entry.stat(follow_symlinks=False).st_mode)


def making(path):
    """New names in a directory that has none to give."""
    new = os.path.join(path, f"new-{os.getpid()}")
    fields = {
        "create": opened(new, os.O_CREAT | os.O_WRONLY), "create exclusively": opened(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY), "mkdir": tried(os.mkdir, new),
        "symlink": tried(os.symlink, "x", new), "mkfifo": tried(os.mkfifo, new), "link": tried(os.link, "/tmp", new), "unlink": tried(os.unlink, new + "-not"),
        "rmdir": tried(os.rmdir, new + "-not"), "rename": tried(os.rename, new + "-not", new), "unnamed": opened(path, os.O_TMPFILE | os.O_RDWR), "lookup": tried(os.lstat, new + "-not"),
    }
    for remove in (os.unlink, os.rmdir):
        tried(remove, new)
    return fields


def target(path):
    """A link's text, by digits, and what it leads to."""
    from . import shapes
    text = os.readlink(path)
    fields = {"text": shapes.numbers(text), "length": tried(lambda: os.lstat(path).st_size in (0, 64, len(text))), "one byte": tried(_readlink_of_one, path) == text[:1],
              "readlink of a handle": tried(_handle, path) == text}
    fields["followed"] = tried(lambda: kind(os.stat(path).st_mode))
    fields["real path"] = tried(lambda: shapes.numbers(os.path.realpath(path))) if text[:1] == "/" else None
    return fields


def _readlink_of_one(path):
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(2)
    count = libc.readlink(os.fsencode(path), buffer, ctypes.c_size_t(1))
    return buffer.raw[:1].decode() if count == 1 else count


def _handle(path):
    fd = os.open(path, os.O_PATH | os.O_NOFOLLOW)
    try:
        return os.readlink("", dir_fd=fd)
    finally:
        os.close(fd)


def read_all(fd):
    parts = []
    while part := os.read(fd, 1 << 17):
        parts.append(part)
    return b"".join(parts)


def _pieces(path, size, limit):
    fd = os.open(path, os.O_RDONLY)
    got = 0
    while got < limit and (part := os.read(fd, size)):
        got += len(part)
        yield part
    os.close(fd)
