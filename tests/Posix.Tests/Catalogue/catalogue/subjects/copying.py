import errno
import os

from ..cases import case, case_of_created
from ..observing import changes, content, put, size, tried


def _copy(source, target, count, source_offset=None, target_offset=None):
    return tried(os.copy_file_range, source, target, count, source_offset, target_offset)


def _copy_all(source, target, count):
    """A short copy is allowed: how much came over in all."""
    done = 0
    while done < count:
        step = os.copy_file_range(source, target, count - done)
        if step == 0:
            break
        done += step
    return done


@case
def range_of_a_whole_file():
    target = os.open("new", os.O_RDWR | os.O_CREAT)
    return _copy_all(os.open("big", os.O_RDONLY), target, 200_000), content("new")


@case
def range_onto_an_existing_file():
    return _copy(os.open("file", os.O_RDONLY), os.open("big", os.O_RDWR), 13), content("big")


@case
def range_moves_both_offsets():
    source, target = os.open("file", os.O_RDONLY), os.open("other", os.O_RDWR)
    os.lseek(source, 7, os.SEEK_SET)
    os.lseek(target, 2, os.SEEK_SET)
    done = _copy(source, target, 100)
    return done, os.lseek(source, 0, os.SEEK_CUR), os.lseek(target, 0, os.SEEK_CUR), content("other")


@case
def range_with_offsets_moves_none():
    source, target = os.open("big", os.O_RDONLY), os.open("other", os.O_RDWR)
    done = _copy(source, target, 5000, 1000, 3000)
    return done, os.lseek(source, 0, os.SEEK_CUR), os.lseek(target, 0, os.SEEK_CUR), content("other")


@case
def range_at_and_past_the_end():
    source, target = os.open("file", os.O_RDONLY), os.open("other", os.O_RDWR)
    return _copy(source, target, 100, 13, 0), _copy(source, target, 100, 1000, 0), _copy(source, target, 0), content("other"), _copy(source, target, 100, 10, 0), content("other")


@case
def range_within_a_file():
    fd = os.open("big", os.O_RDWR)
    return _copy(fd, fd, 5000, 0, 100_000), content("big")


@case
def range_onto_itself():
    fd = os.open("big", os.O_RDWR)
    return _copy(fd, fd, 5000, 0, 4000), _copy(fd, fd, 10, 0, 0), content("big")


@case
def range_past_the_end_of_the_target():
    return _copy(os.open("file", os.O_RDONLY), os.open("other", os.O_RDWR), 13, 0, 10_000), content("other")


@case
def range_of_wrong_descriptors():
    directory, reading, writing = os.open("dir", os.O_RDONLY), os.open("file", os.O_RDONLY), os.open("other", os.O_RDWR)
    pipe, _ = os.pipe()
    return (_copy(directory, writing, 10), _copy(reading, directory, 10), _copy(reading, reading, 10), _copy(os.open("file", os.O_WRONLY), writing, 10),
            _copy(pipe, writing, 10), _copy(reading, os.open("empty", os.O_WRONLY | os.O_APPEND), 10))


@case
def range_flags_are_refused():
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    done = libc.copy_file_range(os.open("file", os.O_RDONLY), None, os.open("other", os.O_RDWR), None, 10, 1)
    return done, errno.errorcode[ctypes.get_errno()]


@case
def range_stamps(): return changes(lambda: _copy(os.open("file", os.O_RDONLY), os.open("other", os.O_RDWR), 5), "file", "other", ".")


@case
def range_then_write_keeps_the_source():
    source, target = os.open("big", os.O_RDWR), os.open("new", os.O_RDWR | os.O_CREAT)
    _copy_all(source, target, 200_000)
    os.pwrite(target, b"changed", 0)
    os.pwrite(source, b"SOURCE", 100)
    return content("big"), content("new")


@case
def range_of_an_unlinked_source():
    source = os.open("big", os.O_RDONLY)
    os.unlink("big")
    target = os.open("new", os.O_RDWR | os.O_CREAT)
    return _copy_all(source, target, 200_000), content("new")


@case
def range_of_a_changed_source():
    source = os.open("big", os.O_RDWR)
    os.pwrite(source, b"before", 150_000)
    target = os.open("new", os.O_RDWR | os.O_CREAT)
    return _copy_all(source, target, 200_000), content("new")


@case
def range_into_an_unlinked_target():
    target = os.open("new", os.O_RDWR | os.O_CREAT)
    os.unlink("new")
    done = _copy_all(os.open("big", os.O_RDONLY), target, 200_000)
    return done, sum(os.pread(target, 300_000, 0))


@case
def range_in_small_pieces():
    source, target = os.open("big", os.O_RDONLY), os.open("new", os.O_RDWR | os.O_CREAT)
    total = 0
    while isinstance(step := _copy(source, target, 30_001), int) and step:
        total += step
    return total, content("new")


@case
def range_shows_in_a_mapping():
    import mmap
    target = os.open("other", os.O_RDWR)
    os.ftruncate(target, 13)
    with mmap.mmap(target, 13) as view:
        before = view[:].hex()
        _copy(os.open("file", os.O_RDONLY), target, 13)
        return before, view[:].decode()


@case
def range_of_what_was_just_mapped():
    import mmap
    source, target = os.open("big", os.O_RDWR), os.open("new", os.O_RDWR | os.O_CREAT)
    with mmap.mmap(source, 0) as view:
        view[0:6] = b"mapped"
        return _copy(source, target, 10), content("new")


@case
def sendfile_from():
    import socket
    one, two = socket.socketpair()
    sent = os.sendfile(one.fileno(), os.open("file", os.O_RDONLY), 0, 100)
    return sent, two.recv(100).decode(), tried(os.sendfile, one.fileno(), os.open("file", os.O_RDONLY), 20, 100)


@case
def sendfile_into():
    target = os.open("new", os.O_RDWR | os.O_CREAT)
    done = 0
    source = os.open("big", os.O_RDONLY)
    while step := os.sendfile(target, source, done, 200_000):
        done += step
    return done, content("new")


@case
def splice_both_ways():
    reading, writing = os.pipe()
    done = os.splice(os.open("big", os.O_RDONLY), writing, 5000, offset_src=1000)
    target = os.open("other", os.O_RDWR)
    return done, os.splice(reading, target, 5000, offset_dst=3), content("other")


@case
def clone():
    import fcntl
    target = os.open("new", os.O_RDWR | os.O_CREAT)
    return tried(fcntl.ioctl, target, 0x40049409, os.open("big", os.O_RDONLY)), size("new")


@case
def by_shutil():
    import shutil
    shutil.copy2("big", "dir/copy")
    shutil.copytree("dir", "tree", symlinks=True)
    return content("dir/copy"), content("tree/copy"), content("tree/sub/leaf"), os.stat("dir/copy").st_mtime_ns == os.stat("big").st_mtime_ns


@case_of_created
def range_of_a_sparse_file():
    put("new", b"")
    source = os.open("new", os.O_RDWR)
    os.pwrite(source, b"end", 300_000)
    target = os.open("copy", os.O_RDWR | os.O_CREAT)
    return _copy_all(source, target, 300_003), content("copy")


@case
def range_of_a_range():
    one, two, three = os.open("big", os.O_RDWR), os.open("second", os.O_RDWR | os.O_CREAT), os.open("third", os.O_RDWR | os.O_CREAT)
    _copy_all(one, two, 200_000)
    os.pwrite(two, b"middle", 100_000)
    os.lseek(two, 0, os.SEEK_SET)
    _copy_all(two, three, 200_000)
    os.unlink("big")
    os.truncate("second", 50)
    return content("third"), content("second"), sum(os.pread(one, 200_000, 0))


@case
def range_then_punch_and_grow():
    from ..calls import KEEP_SIZE, PUNCH_HOLE, fallocate
    target = os.open("new", os.O_RDWR | os.O_CREAT)
    _copy_all(os.open("big", os.O_RDONLY), target, 200_000)
    fallocate(target, PUNCH_HOLE | KEEP_SIZE, 10_000, 50_001)
    os.ftruncate(target, 150_000)
    os.ftruncate(target, 160_000)
    return content("new"), content("big")


@case
def ranges_put_together():
    """Pieces of one file in another order, some over others."""
    source, target = os.open("big", os.O_RDONLY), os.open("new", os.O_RDWR | os.O_CREAT)
    for start, to, count in ((150_000, 0, 50_000), (0, 50_000, 50_000), (70_001, 30_003, 40_007), (5, 99_000, 3), (199_990, 99_998, 10)):
        done = 0
        while done < count:
            done += os.copy_file_range(source, target, count - done, start + done, to + done)
    return content("new"), content("big")


@case
def range_over_the_whole_of_another():
    target = os.open("other", os.O_RDWR)
    os.ftruncate(target, 300_000)
    return _copy_all(os.open("big", os.O_RDONLY), target, 200_000), content("other")


@case
def range_of_an_empty_file():
    target = os.open("new", os.O_RDWR | os.O_CREAT)
    return _copy(os.open("empty", os.O_RDONLY), target, 100), content("new")


@case
def copy_and_attributes():
    import shutil
    os.chmod("program", 0o751)
    os.utime("program", ns=(5, 6))
    shutil.copy2("program", "new")
    return os.stat("new").st_mtime_ns, oct(os.stat("new").st_mode), content("new") == content("program")
