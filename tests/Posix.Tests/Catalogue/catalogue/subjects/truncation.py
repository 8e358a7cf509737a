import os

from ..calls import ftruncate, truncate
from ..cases import case, case_of_created
from ..observing import as_other, changes, child, content, kind, put, size, tried


@case
def shrinks(): return tried(truncate, "file", 5), content("file"), size("file")


@case
def shrinks_a_big_one(): return tried(truncate, "big", 100_001), content("big")


@case
def shrinks_to_nothing(): return tried(truncate, "big", 0), content("big"), size("big")


@case
def grows_with_zeros(): return tried(truncate, "file", 5000), content("file")


@case
def grows_an_empty_one(): return tried(truncate, "empty", 4097), content("empty")


@case
def grows_much(): return tried(truncate, "file", 1 << 40), size("file"), os.stat("file").st_blocks < 100, os.pread(os.open("file", os.O_RDONLY), 14, 0).hex()


@case
def shrinks_and_grows_again(): return tried(truncate, "big", 10), tried(truncate, "big", 5000), content("big")


@case
def to_the_same_size(): return changes(lambda: truncate("file", 13), "file"), content("file")


@case
def by_descriptor():
    fd = os.open("big", os.O_RDWR)
    return tried(ftruncate, fd, 4096), os.fstat(fd).st_size, tried(ftruncate, fd, 9000), content("big")


@case
def negative(): return tried(truncate, "file", -1), tried(ftruncate, os.open("file", os.O_RDWR), -1), size("file")


@case
def huge(): return tried(truncate, "file", (1 << 63) - 1), tried(ftruncate, os.open("file", os.O_RDWR), (1 << 63) - 1), size("file")


@case
def of_other_things():
    os.mkfifo("fifo")
    return [tried(truncate, name, 0) for name in ("dir", "void", "link", "dirlink", "dangling", "loop", "missing", "file/x", "fifo", "")], size("file")


@case
def of_wrong_descriptors(): return [tried(ftruncate, os.open(name, flags), 0) for name, flags in (("file", os.O_RDONLY), ("dir", os.O_RDONLY), ("file", os.O_PATH))]


@case
def stamps(): return changes(lambda: truncate("file", 3), "file", "."), changes(lambda: ftruncate(os.open("other", os.O_RDWR), 100), "other")


@case
def keeps_the_offset():
    fd = os.open("file", os.O_RDWR)
    os.lseek(fd, 10, os.SEEK_SET)
    ftruncate(fd, 3)
    return os.lseek(fd, 0, os.SEEK_CUR), os.read(fd, 5).decode(), os.write(fd, b"x"), content("file")


@case
def seen_by_others():
    one = os.open("file", os.O_RDONLY)
    first = os.read(one, 3).decode()
    truncate("file", 7)
    return first, os.read(one, 100).decode(), os.fstat(one).st_size


@case
def of_an_unlinked_file():
    fd = os.open("file", os.O_RDWR)
    os.unlink("file")
    ftruncate(fd, 4)
    return os.pread(fd, 100, 0).decode(), tried(truncate, "file", 0), kind("file")


@case
def of_a_read_only_file():
    os.chmod("file", 0o400)
    fd_works = tried(truncate, "file", 0)
    return fd_works, size("file")


@case
def writes_after_shrinking_leave_zeros_between():
    fd = os.open("big", os.O_RDWR)
    ftruncate(fd, 1000)
    os.pwrite(fd, b"end", 3000)
    return content("big"), os.pread(fd, 4, 998).hex(), os.pread(fd, 2000, 1000).count(0)


@case
def clears_set_user_id_for_others():
    os.chmod("program", 0o6777)
    done = as_other(lambda: tried(truncate, "program", 3))
    return done, oct(os.stat("program").st_mode)


@case_of_created
def many_sizes():
    sums = []
    fd = os.open("big", os.O_RDWR)
    for length in (4095, 4096, 4097, 8191, 12288, 1, 65536, 65535, 0, 131073):
        ftruncate(fd, length)
        os.pwrite(fd, b"#", length // 2)
        data = os.pread(fd, 200_000, 0)
        sums.append((len(data), sum(data)))
    return sums


@case_of_created
def below_a_file_size_limit():
    import resource
    import signal
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
    put("new", b"x" * 9000)
    fd = os.open("new", os.O_RDWR | os.O_APPEND)
    return tried(truncate, "new", 20_000), tried(os.write, fd, b"y" * 5000), tried(os.write, fd, b"y"), size("new")


@case
def beyond_a_file_size_limit_is_a_signal():
    import resource
    import signal

    def write():
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # Python ignores it
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
        os.pwrite(os.open("file", os.O_RDWR), b"x", 200)

    return child(write), size("file")
