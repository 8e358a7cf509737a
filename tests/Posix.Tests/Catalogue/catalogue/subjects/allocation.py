import os

from ..calls import COLLAPSE_RANGE, INSERT_RANGE, KEEP_SIZE, PUNCH_HOLE, ZERO_RANGE, fallocate
from ..cases import case, case_of_created
from ..observing import changes, content, put, size, tried

BLOCK = 4096


def _open(path="file", flags=os.O_RDWR):
    return os.open(path, flags)


@case
def grows(): return tried(fallocate, _open(), 0, 0, 10_000), content("file")


@case
def grows_from_an_offset(): return tried(fallocate, _open(), 0, 5000, 5000), size("file"), content("file")


@case
def inside_keeps_all(): return tried(fallocate, _open("big"), 0, 100, 1000), content("big")


@case
def allocates_blocks():
    fd = _open("empty")
    fallocate(fd, 0, 0, 1 << 20)
    return os.fstat(fd).st_blocks >= 2048, os.fstat(fd).st_size


@case
def keep_size(): return tried(fallocate, _open(), KEEP_SIZE, 0, 100_000), size("file"), content("file")


@case
def keep_size_allocates_blocks():
    fd = _open()
    fallocate(fd, KEEP_SIZE, 0, 1 << 20)
    return os.fstat(fd).st_blocks >= 2048, os.fstat(fd).st_size


@case
def keep_size_and_truncation_to_the_same_size():
    fd, empty = _open(), _open("empty")
    fallocate(fd, KEEP_SIZE, 0, 1 << 20)
    fallocate(empty, KEEP_SIZE, 0, 1 << 20)
    before = os.fstat(fd).st_blocks >= 2048, os.fstat(empty).st_blocks >= 2048
    os.ftruncate(fd, os.fstat(fd).st_size)
    os.ftruncate(empty, 0)
    return before, os.fstat(fd).st_blocks < 100, os.fstat(empty).st_blocks, content("file")


@case
def keep_size_and_append():
    fd = _open("file", os.O_WRONLY | os.O_APPEND)
    fallocate(fd, KEEP_SIZE, 0, 100_000)
    os.write(fd, b"end")
    return content("file")


@case
def punch_needs_keep_size(): return tried(fallocate, _open("big"), PUNCH_HOLE, 0, BLOCK), content("big")


@case
def punch_of_whole_blocks(): return tried(fallocate, _open("big"), PUNCH_HOLE | KEEP_SIZE, BLOCK, 4 * BLOCK), content("big")


@case
def punch_of_parts(): return tried(fallocate, _open("big"), PUNCH_HOLE | KEEP_SIZE, 1000, 10_001), content("big")


@case
def punch_past_the_end(): return tried(fallocate, _open("big"), PUNCH_HOLE | KEEP_SIZE, 190_000, 1 << 20), content("big"), tried(fallocate, _open("big"), PUNCH_HOLE | KEEP_SIZE, 1 << 30, 10), size("big")


@case
def punch_of_everything():
    fd = _open("big")
    os.fsync(fd)
    fallocate(fd, PUNCH_HOLE | KEEP_SIZE, 0, 1 << 30)
    os.fsync(fd)
    return content("big"), os.fstat(fd).st_blocks


@case
def zero_range(): return tried(fallocate, _open("big"), ZERO_RANGE, 5000, 20_000), content("big")


@case
def zero_range_grows(): return tried(fallocate, _open("file"), ZERO_RANGE, 5, 5000), content("file")


@case
def zero_range_keeps_size(): return tried(fallocate, _open("file"), ZERO_RANGE | KEEP_SIZE, 5, 5000), content("file")


@case
def collapse_of_part_of_a_block(): return tried(fallocate, _open("big"), COLLAPSE_RANGE, 1, 100)


@case
def insert_of_part_of_a_block(): return tried(fallocate, _open("big"), INSERT_RANGE, 1, 100)


@case
def collapse_of_blocks(): return tried(fallocate, _open("big"), COLLAPSE_RANGE, BLOCK, BLOCK), content("big")


@case
def insert_of_blocks(): return tried(fallocate, _open("big"), INSERT_RANGE, BLOCK, BLOCK), content("big")


@case
def invalid_arguments():
    fd = _open()
    calls = ((0, -1, 10), (0, 0, 0), (0, 0, -1), (0, (1 << 63) - 1, 10), (PUNCH_HOLE | KEEP_SIZE | ZERO_RANGE, 0, 10), (PUNCH_HOLE | KEEP_SIZE, 0, 0), (1 << 20, 0, 10))
    return [tried(fallocate, fd, *call) for call in calls], size("file")


@case
def too_large(): return tried(fallocate, _open(), 0, 0, (1 << 63) - 4096), size("file")


@case
def of_wrong_descriptors():
    os.mkfifo("fifo")
    return [tried(fallocate, os.open(name, flags), 0, 0, 10) for name, flags in (("file", os.O_RDONLY), ("dir", os.O_RDONLY), ("fifo", os.O_RDWR), ("file", os.O_PATH))]


@case
def stamps(): return changes(lambda: fallocate(_open(), 0, 0, 10_000), "file"), changes(lambda: fallocate(_open("big"), PUNCH_HOLE | KEEP_SIZE, 0, BLOCK), "big"), changes(lambda: fallocate(_open("other"), KEEP_SIZE, 0, 10_000), "other")


@case
def posix_fallocate(): return tried(os.posix_fallocate, _open(), 0, 8192), size("file"), tried(os.posix_fallocate, _open(), 0, 10), size("file")


@case
def of_an_unlinked_file():
    fd = _open("big")
    os.unlink("big")
    fallocate(fd, PUNCH_HOLE | KEEP_SIZE, 0, 8192)
    return sum(os.pread(fd, 8192, 0)), len(os.pread(fd, 1 << 20, 0))


@case
def punched_and_written_again():
    fd = _open("big")
    fallocate(fd, PUNCH_HOLE | KEEP_SIZE, 0, 16_384)
    os.pwrite(fd, b"again", 8190)
    return content("big"), os.pread(fd, 10, 8188).hex()


@case
def punch_shows_in_a_mapping():
    import mmap
    fd = _open("big")
    with mmap.mmap(fd, 0) as view:
        before = sum(view[:BLOCK])
        fallocate(fd, PUNCH_HOLE | KEEP_SIZE, 0, BLOCK)
        return before, sum(view[:BLOCK])


def _holes(fd, length):
    """Where data and holes begin."""
    found, offset = [], 0
    while offset < length:
        data = tried(os.lseek, fd, offset, os.SEEK_DATA)
        if isinstance(data, str):
            return found + [data]
        offset = os.lseek(fd, data, os.SEEK_HOLE)
        found.append((data, offset))
    return found


@case
def seek_in_a_full_file(): return _holes(_open("big"), 200_000), _holes(_open(), 13)


@case
def seek_in_an_empty_file(): return tried(os.lseek, _open("empty"), 0, os.SEEK_DATA), tried(os.lseek, _open("empty"), 0, os.SEEK_HOLE)


@case
def seek_past_the_end(): return [tried(os.lseek, _open(), offset, whence) for offset in (13, 14, -1, 1 << 40) for whence in (os.SEEK_DATA, os.SEEK_HOLE)]


@case
def seek_in_a_punched_file():
    fd = _open("big")
    fallocate(fd, PUNCH_HOLE | KEEP_SIZE, 65_536, 65_536)
    os.fsync(fd)
    return _holes(fd, 200_000)


@case
def seek_in_a_grown_file():
    fd = _open()
    os.ftruncate(fd, 1 << 20)
    os.fsync(fd)
    return _holes(fd, 1 << 20), tried(os.lseek, fd, 500_000, os.SEEK_HOLE)


@case_of_created
def seek_in_a_sparse_file():
    put("new", b"")
    fd = _open("new")
    for offset in (0, 1 << 20, 3 << 20):
        os.pwrite(fd, b"x" * BLOCK, offset)
    os.fsync(fd)
    return _holes(fd, 4 << 20), os.fstat(fd).st_blocks < 100


@case_of_created
def seek_that_moved():
    put("new", b"")
    fd = _open("new")
    os.pwrite(fd, b"data", 1 << 20)
    os.fsync(fd)
    os.lseek(fd, 0, os.SEEK_DATA)
    return os.read(fd, 10).decode(), tried(os.lseek, os.open("dir", os.O_RDONLY), 0, os.SEEK_DATA) in (0, "EINVAL", "ENXIO")


@case_of_created
def blocks_of_a_sparse_file():
    put("new", b"")
    fd = _open("new")
    os.ftruncate(fd, 1 << 30)
    empty = os.fstat(fd).st_blocks
    os.pwrite(fd, b"x" * 65_536, 512 << 20)
    os.fsync(fd)
    return empty, 128 <= os.fstat(fd).st_blocks < 256


@case
def blocks_of_a_full_file():
    status = os.stat("big")
    return status.st_blocks * 512 >= 200_000, status.st_blocks * 512 < 300_000, os.stat("empty").st_blocks, status.st_blksize >= 512


@case
def seek_in_a_file_changed_in_the_middle():
    fd = _open("big")
    os.pwrite(fd, b"changed", 100_000)
    os.fsync(fd)
    return _holes(fd, 200_000)


@case
def seek_in_a_shortened_and_grown_file():
    fd = _open("big")
    os.ftruncate(fd, 65_536)
    os.ftruncate(fd, 1 << 20)
    os.pwrite(fd, b"x" * BLOCK, 512 << 10)
    os.fsync(fd)
    return _holes(fd, 1 << 20)


@case
def blocks_of_a_copy():
    source, target = _open("big"), os.open("new", os.O_RDWR | os.O_CREAT)
    done = 0
    while done < 200_000:
        done += os.copy_file_range(source, target, 200_000 - done)
    os.fsync(target)
    return os.fstat(target).st_blocks * 512 >= 200_000, os.fstat(target).st_blocks * 512 < 300_000


@case
def blocks_of_a_truncated_file():
    fd = _open("big")
    os.ftruncate(fd, BLOCK)
    os.fsync(fd)
    first = os.fstat(fd).st_blocks
    os.ftruncate(fd, 0)
    os.fsync(fd)
    return first, os.fstat(fd).st_blocks
