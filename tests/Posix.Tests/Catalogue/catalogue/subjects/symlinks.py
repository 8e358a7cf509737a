import os
import stat

from ..cases import case, case_of_created
from ..observing import changes, content, kind, names, opened, put, seen, tried


@case
def made_and_read(): return tried(os.symlink, "file", "new"), tried(os.readlink, "new"), content("dir/../file"), os.stat("new").st_size, seen("new")


@case
def of_the_fixture(): return [tried(os.readlink, name) for name in ("link", "dangling", "dirlink", "loop", "file", "dir", "missing", "")]


@case
def size_is_the_targets_length(): return [os.lstat(name).st_size for name in ("link", "dangling", "dirlink")]


@case
def mode_is_all(): return [oct(os.lstat(name).st_mode) for name in ("link", "dangling")]


@case
def over_existing(): return [tried(os.symlink, "x", name) for name in ("file", "dir", "link", "dangling", "dirlink", "loop", ".", "..", "dir/")]


@case
def in_missing_places(): return [tried(os.symlink, "x", name) for name in ("missing/x", "file/x", "new/", "dangling/x", "loop/x", "")]


@case
def with_an_empty_target(): return tried(os.symlink, "", "new")


@case_of_created
def target_of_4095_bytes():
    target = "t/" * 2047 + "t"
    return len(target), tried(os.symlink, target, "new"), os.readlink("new") == target, os.lstat("new").st_size, tried(os.stat, "new")


@case_of_created
def target_of_4096_bytes(): return tried(os.symlink, "t" * 4096, "new"), kind("new")


@case_of_created
def target_sizes():
    found = []
    for length in (1, 59, 60, 61, 255, 1000, 4000):
        target = "x" * length
        os.symlink(target, f"l{length}")
        found.append((os.readlink(f"l{length}") == target, os.lstat(f"l{length}").st_size))
    return found


@case_of_created
def target_with_odd_bytes():
    target = b"\xff\xfe /../\n//"
    os.symlink(target, b"new")
    return os.readlink(b"new") == target


@case
def loop_in_calls(): return [tried(*call) for call in ((os.stat, "loop"), (os.chmod, "loop", 0o600), (os.listdir, "loop"), (os.truncate, "loop", 0), (os.mkdir, "loop/x"), (os.chdir, "loop"), (os.rename, "loop/a", "b"))]


@case
def two_links_in_a_circle():
    os.symlink("two", "one")
    os.symlink("one", "two")
    return tried(os.stat, "one"), opened("two", os.O_RDONLY), kind("one")


@case
def chain_of_40(): return _chain(40)


@case
def chain_of_41(): return _chain(41)


def _chain(length):
    previous = "file"
    for index in range(length):
        os.symlink(previous, f"c{index}")
        previous = f"c{index}"
    return tried(lambda: os.stat(previous).st_size), tried(lambda: stat.S_ISLNK(os.lstat(previous).st_mode))


@case
def relative_to_their_directory():
    os.symlink("../file", "dir/up")
    os.symlink("sub/leaf", "dir/down")
    return tried(lambda: os.stat("dir/up").st_size), tried(lambda: os.stat("dir/down").st_size), tried(lambda: os.stat("dirlink/up").st_size)


@case
def to_a_directory_with_a_slash(): return seen("dirlink/."), kind("dirlink"), kind("dirlink/"), tried(os.lstat, "link/")


@case
def dangling_comes_alive():
    before = tried(os.stat, "dangling")
    put("nowhere", b"here")
    return before, tried(lambda: os.stat("dangling").st_size), opened("dangling", os.O_RDONLY)


@case
def alive_dangles(): return tried(os.unlink, "file"), tried(os.stat, "link"), kind("link"), opened("link", os.O_RDONLY)


@case
def replaced_by_another():
    os.unlink("link")
    os.symlink("other", "link")
    return os.readlink("link"), tried(lambda: os.stat("link").st_size)


@case
def made_stamps_the_parent(): return changes(lambda: os.symlink("x", "dir/new"), "dir", ".")


@case
def chmod_follows(): return tried(os.chmod, "link", 0o600), oct(os.stat("file").st_mode), oct(os.lstat("link").st_mode)


@case
def times_of_the_link_itself(): return tried(lambda: os.utime("link", ns=(1_000_000_001, 2_000_000_002), follow_symlinks=False)), os.lstat("link").st_mtime_ns, os.stat("file").st_mtime_ns != 2_000_000_002


@case
def owner_of_the_link_itself(): return tried(os.lchown, "link", os.getuid(), os.getgid()), kind("link"), tried(os.lchown, "dangling", -1, -1)


@case
def short_buffer():
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(b"########")
    return libc.readlink(b"dangling", buffer, 3), buffer.value.decode(), libc.readlink(b"dangling", buffer, 0)


@case
def listed_as_links(): return sorted((entry.name, entry.is_symlink(), entry.is_dir(follow_symlinks=False)) for entry in os.scandir("."))


@case
def absolute_target():
    os.symlink(os.path.abspath("file"), "new")
    return content("file") == tried(lambda: open("new", encoding="ascii").read()), names()
