import os

from ..calls import sync_file_range, syncfs
from ..cases import case, case_of_created
from ..observing import changes, content, put, tried


def _open(path="file", flags=os.O_RDWR):
    return os.open(path, flags)


@case
def fsync_of_a_file():
    fd = _open()
    os.write(fd, b"JELLO")
    return tried(os.fsync, fd), tried(os.fdatasync, fd), content("file")


@case
def fsync_without_changes(): return tried(os.fsync, _open()), tried(os.fdatasync, _open(flags=os.O_RDONLY)), changes(lambda: os.fsync(_open()), "file")


@case
def fsync_of_a_directory():
    put("dir/new", b"x")
    fd = _open("dir", os.O_RDONLY)
    return tried(os.fsync, fd), tried(os.fdatasync, fd)


@case
def fsync_of_wrong_descriptors():
    reading, _ = os.pipe()
    os.mkfifo("fifo")
    return tried(os.fsync, _open("file", os.O_PATH)), tried(os.fsync, reading), tried(os.fsync, _open("fifo")), tried(os.fsync, 999)


@case
def fsync_of_an_unlinked_file():
    fd = _open()
    os.unlink("file")
    os.write(fd, b"JELLO")
    return tried(os.fsync, fd), os.pread(fd, 20, 0).decode()


@case
def whole_file_system(): return tried(syncfs, _open()), tried(syncfs, _open("dir", os.O_RDONLY)), tried(syncfs, _open("file", os.O_PATH))


@case
def part_of_a_file():
    fd = _open("big")
    os.pwrite(fd, b"x" * 10_000, 0)
    return tried(sync_file_range, fd, 0, 8192, 7), tried(sync_file_range, fd, 0, 8192, 99), content("big")


@case
def synchronous_writes():
    fd = _open(flags=os.O_WRONLY | os.O_SYNC)
    other = _open("other", os.O_WRONLY | os.O_DSYNC)
    return os.write(fd, b"JELLO"), os.write(other, b"OTHER"), content("file"), content("other")


@case
def direct_io_or_not():
    """Where direct I/O is to be had, it reads what was written."""
    import mmap
    put("other", b"d" * 8192)
    fd = tried(os.open, "other", os.O_RDWR | os.O_DIRECT)
    if isinstance(fd, str):
        return fd
    page = mmap.mmap(-1, 4096)
    count = os.preadv(fd, [page], 4096)
    first = page[:4].decode()
    page[:] = b"e" * 4096
    wrote = os.pwritev(fd, [page], 0)
    return count, first, wrote, content("other")


@case
def write_flags():
    fd = _open()
    found = tried(os.pwritev, fd, [b"JE"], 0, os.RWF_SYNC), tried(os.pwritev, fd, [b"!"], 0, os.RWF_APPEND), tried(os.preadv, fd, [bytearray(4)], 0, os.RWF_HIPRI)
    return found, content("file")


@case
def advice_is_taken():
    fd = _open("big")
    return [tried(os.posix_fadvise, fd, 0, 0, advice) for advice in (os.POSIX_FADV_SEQUENTIAL, os.POSIX_FADV_WILLNEED, os.POSIX_FADV_DONTNEED, 99)], content("big")


@case
def space_is_told():
    found = os.statvfs(".")
    of_file = os.fstatvfs(_open())
    return (found.f_namemax, found.f_bsize >= 512, found.f_frsize >= 512, found.f_blocks > 0, 0 < found.f_bavail <= found.f_bfree <= found.f_blocks,
            found.f_files > 0, 0 < found.f_ffree <= found.f_files, of_file.f_blocks == found.f_blocks, found.f_bsize == of_file.f_bsize)


@case
def limits_are_told(): return os.pathconf("file", "PC_NAME_MAX"), os.pathconf(".", "PC_PATH_MAX"), os.pathconf(".", "PC_NO_TRUNC"), tried(os.pathconf, "missing", "PC_NAME_MAX")


@case_of_created
def close_after_writing_keeps_all():
    for index in range(50):
        put(f"dir/f{index}", bytes([index]) * index)
    return [os.stat(f"dir/f{index}").st_size for index in range(50)] == list(range(50)), content("dir/f49")


@case
def polling_is_always_ready():
    import select
    fd = _open()
    poll = select.poll()
    poll.register(fd)
    return poll.poll(0)[0][1], tried(lambda: select.epoll().register(fd))


@case
def inode_flags(): return _ioctl(0x80086601)


@case
def unread_bytes(): return _ioctl(0x541B)


def _ioctl(request):
    import fcntl
    return tried(fcntl.ioctl, _open(), request, b"\0" * 8) not in ("ENOTTY", "EOPNOTSUPP")


@case
def watches_tell():
    import ctypes
    import struct
    libc = ctypes.CDLL(None, use_errno=True)
    fd = libc.inotify_init1(os.O_NONBLOCK)
    if libc.inotify_add_watch(fd, b"dir", 0x3C6) < 0:
        return os.strerror(ctypes.get_errno())
    put("dir/new", b"x")
    os.rename("dir/new", "dir/moved")
    os.unlink("dir/child")
    os.chmod("dir/moved", 0o600)
    data, found = os.read(fd, 65_536), []
    while data:
        _, mask, _, length = struct.unpack_from("iIII", data)
        found.append((hex(mask), data[16:16 + length].rstrip(b"\0").decode()))
        data = data[16 + length:]
    return found
