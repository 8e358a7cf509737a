import os

from ..calls import AT_EMPTY_PATH, AT_SYMLINK_NOFOLLOW, UTIME_NOW, UTIME_OMIT, futimens, statx_birth, utimensat, utimensat_now
from ..cases import case, case_of_created
from ..observing import as_other, changes, kind, opened, pause, put, tried

ONE, TWO = (1_000_000_001, 123_456_789), (1_111_111_111, 987_654_321)
NOW, OMIT = (0, UTIME_NOW), (0, UTIME_OMIT)


def _ns(path):
    status = os.lstat(path)
    return status.st_atime_ns, status.st_mtime_ns


def _set(path, access=ONE, modification=TWO, flags=0):
    return tried(utimensat, path, access, modification, flags)


@case
def of_a_file(): return _set("file"), _ns("file")


@case
def of_a_directory(): return _set("dir"), _ns("dir"), _set("void"), _ns("void")


@case
def of_a_link_and_its_target(): return _set("link", flags=AT_SYMLINK_NOFOLLOW), _ns("link"), _set("link", TWO, ONE), _ns("file"), _ns("link")[1]


@case
def of_a_dangling_link(): return _set("dangling"), _set("dangling", flags=AT_SYMLINK_NOFOLLOW), _ns("dangling"), _set("loop")


@case
def of_a_fifo():
    os.mkfifo("fifo")
    return _set("fifo"), _ns("fifo")


@case
def before_1970(): return _set("file", (-1, 5), (-86_400, 999_999_999)), _ns("file")


@case
def after_2038(): return _set("file", (1 << 31, 1), ((1 << 33) + 5, 7)), _ns("file")


@case
def zero(): return _set("file", (0, 0), (0, 0)), _ns("file")


@case
def access_alone():
    _set("file")
    return _set("file", TWO, OMIT), _ns("file")


@case
def modification_alone():
    _set("file")
    return _set("file", OMIT, ONE), _ns("file")


@case
def both_omitted(): return changes(lambda: _set("file", OMIT, OMIT), "file"), _set("missing", OMIT, OMIT)


@case
def now():
    import time
    before = time.time_ns() - 20_000_000
    done = _set("file", NOW, NOW)
    return done, [before <= found <= time.time_ns() for found in _ns("file")]


@case
def now_for_one(): return _set("file", ONE, NOW), _ns("file")[0], _ns("file")[1] > 1_600_000_000 * 10**9


@case
def without_times():
    import time
    before = time.time_ns() - 20_000_000
    return tried(utimensat_now, "file"), [before <= found <= time.time_ns() for found in _ns("file")]


@case
def invalid(): return _set("file", (0, 1_000_000_000), ONE), _set("file", ONE, (0, -1)), _set("file", flags=0x40000), changes(lambda: None, "file")


@case
def of_missing_things(): return [_set(name) for name in ("missing", "missing/x", "file/x", "file/", "")]


@case
def by_descriptor():
    fd = os.open("file", os.O_RDONLY)
    return tried(futimens, fd, ONE, TWO), _ns("file"), tried(utimensat, "", TWO, ONE, AT_EMPTY_PATH, fd), _ns("file")


@case
def by_descriptor_of_an_unlinked_file():
    fd = os.open("file", os.O_RDONLY)
    os.unlink("file")
    os.utime(fd, ns=(1, 2))
    return os.fstat(fd).st_atime_ns, os.fstat(fd).st_mtime_ns


@case
def setting_stamps_ctime(): return changes(lambda: _set("file"), "file", "."), changes(lambda: _set("dir"), "dir", ".")


@case
def set_time_survives_a_read_and_a_close():
    _set("file")
    opened("file", os.O_RDONLY)
    return _ns("file")[1]


@case
def set_time_survives_a_rename_and_a_link():
    _set("file")
    os.rename("file", "dir/new")
    os.link("dir/new", "again")
    return _ns("again")


@case
def set_time_of_an_open_written_file():
    fd = os.open("file", os.O_RDWR)
    os.write(fd, b"x")
    os.utime(fd, ns=(5, 6))
    os.close(fd)
    return _ns("file")


@case
def write_after_setting():
    fd = os.open("file", os.O_RDWR)
    _set("file")
    os.write(fd, b"x")
    return _ns("file")[1] > TWO[0] * 10**9 + 10**9


@case
def entries_stamp_a_directory_that_was_set():
    _set("dir")
    put("dir/new", b"x")
    return _ns("dir")[1] > TWO[0] * 10**9 + 10**9


@case
def reading_stamps_access():
    _set("file")
    with open("file", "rb") as file:
        file.read()
    return os.stat("file").st_atime_ns > ONE[0] * 10**9 + 10**9


@case
def reading_a_directory_stamps_access():
    _set("dir")
    os.listdir("dir")
    return os.stat("dir").st_atime_ns > ONE[0] * 10**9 + 10**9


@case
def noatime_leaves_access():
    _set("file")
    fd = os.open("file", os.O_RDONLY | os.O_NOATIME)
    os.read(fd, 10)
    return os.stat("file").st_atime_ns == ONE[0] * 10**9 + ONE[1]


@case
def write_stamps(): return changes(lambda: os.write(os.open("file", os.O_WRONLY), b"x"), "file", ".")


@case
def chmod_stamps(): return changes(lambda: os.chmod("file", 0o600), "file", "."), changes(lambda: os.chmod("dir", 0o700), "dir", ".")


@case
def chmod_to_the_same_stamps(): return changes(lambda: os.chmod("file", 0o644), "file")


@case
def chown_to_the_same_stamps(): return changes(lambda: os.chown("file", os.getuid(), os.getgid()), "file")


@case
def chown_of_nothing_stamps(): return changes(lambda: os.chown("file", -1, -1), "file")


@case
def failures_stamp_nothing(): return [changes(action, "dir", ".") for action in (lambda: os.mkdir("dir"), lambda: os.rmdir("dir"), lambda: os.unlink("dir"), lambda: os.rename("dir", "file"), lambda: os.unlink("missing"))]


@case
def mknod_stamps(): return changes(lambda: os.mkfifo("dir/fifo"), "dir", "dir/fifo")


@case
def reads_stamp_nothing_else(): return changes(lambda: len(os.read(os.open("big", os.O_RDONLY), 1000)), "big", "."), changes(lambda: len(os.listdir("dir")), "dir"), changes(lambda: os.readlink("link"), "link")


@case
def birth_is_told(): return statx_birth("file")[0], statx_birth("dir")[0]


@case
def birth_stays():
    before = statx_birth("file")
    pause()
    put("file", b"changed")
    os.chmod("file", 0o600)
    _set("file")
    os.rename("file", "dir/new")
    return statx_birth("dir/new") == before


@case_of_created
def birth_is_when_it_was_made():
    put("new", b"x")
    status = os.stat("new")
    _, seconds, nanoseconds = statx_birth("new")
    pause()
    put("newer", b"x")
    later = statx_birth("newer")[1:]
    return abs(status.st_mtime_ns - seconds * 10**9 - nanoseconds) < 10**9, later > (seconds, nanoseconds)


@case_of_created
def new_things_have_one_time():
    put("new", b"")
    os.mkdir("newdir")
    os.symlink("x", "newlink")
    return [(status := os.lstat(name)).st_atime_ns == status.st_mtime_ns == status.st_ctime_ns for name in ("newdir", "newlink")], kind("new")


@case
def others_may_not_set_times():
    os.chmod("file", 0o666)
    return as_other(lambda: [_set("file"), _set("file", NOW, NOW), _set("file", NOW, OMIT), _set("file", OMIT, OMIT), _set("other", NOW, NOW)])


@case
def order_of_changes_is_order_of_times():
    import mmap
    put("a", b"x")
    pause()
    os.truncate("file", 5)
    pause()
    with open("big", "r+b") as file, mmap.mmap(file.fileno(), 0) as view:
        view[0] = 1
        view.flush()
    pause()
    os.utime("other")
    pause()
    put("z", b"x")
    times = [os.stat(name).st_mtime_ns for name in ("a", "file", "big", "other", "z")]
    return times == sorted(times), len(set(times))
