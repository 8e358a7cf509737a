import os

from ..calls import AT_REMOVEDIR, unlinkat
from ..cases import case, case_of_created
from ..observing import changes, child, content, kind, links, names, opened, put, seen, size, tried


@case
def a_file(): return tried(os.unlink, "file"), kind("file"), tried(os.unlink, "file"), names()


@case
def a_file_in_a_directory(): return tried(os.unlink, "dir/sub/leaf"), names("dir/sub"), tried(os.unlink, "dir/child"), names("dir")


@case
def links_not_their_targets(): return [tried(os.unlink, name) for name in ("link", "dangling", "dirlink", "loop")], names()


@case
def directories(): return [tried(os.unlink, name) for name in ("dir", "void", "dirlink/", "dir/", ".", "..", "dir/..")]


@case
def things_that_are_not_there(): return [tried(os.unlink, name) for name in ("missing", "missing/x", "file/x", "file/", "link/", "dangling/", "loop/x", "")]


@case
def unlinkat_with_a_flag(): return tried(unlinkat, -100, "void", AT_REMOVEDIR), tried(unlinkat, -100, "file", AT_REMOVEDIR), tried(unlinkat, -100, "file", 0x800), names()


@case
def stamps_parent_and_file():
    os.link("file", "again")
    return changes(lambda: os.unlink("file"), ".", "again"), links("again")


@case
def open_file_lives_on():
    fd = os.open("file", os.O_RDWR)
    os.unlink("file")
    first = os.pread(fd, 100, 0).decode()
    os.pwrite(fd, b"HELLO, unlinked world", 0)
    return first, os.fstat(fd).st_nlink, os.fstat(fd).st_size, os.pread(fd, 100, 0).decode(), kind("file")


@case
def open_big_file_lives_on_and_is_cut():
    fd = os.open("big", os.O_RDWR)
    os.unlink("big")
    os.ftruncate(fd, 150_000)
    return len(os.pread(fd, 200_000, 0)), tried(os.fsync, fd), tried(os.fchmod, fd, 0o600), oct(os.fstat(fd).st_mode), tried(os.utime, fd, (1, 2)), os.fstat(fd).st_mtime


@case
def open_file_and_a_new_one_of_its_name():
    fd = os.open("file", os.O_RDWR)
    os.unlink("file")
    put("file", b"second")
    os.write(fd, b"first")
    return os.pread(fd, 100, 0).decode(), content("file"), os.fstat(fd).st_ino != os.stat("file").st_ino


@case
def open_file_reopened_by_proc():
    fd = os.open("file", os.O_RDWR)
    os.unlink("file")
    again = os.open(f"/proc/self/fd/{fd}", os.O_RDWR)
    os.write(again, b"again")
    return os.pread(fd, 100, 0).decode(), os.path.samestat(os.fstat(fd), os.fstat(again)), os.readlink(f"/proc/self/fd/{fd}").endswith("/file (deleted)")


@case
def open_file_truncated_by_proc():
    fd = os.open("big", os.O_RDWR)
    os.unlink("big")
    return tried(os.truncate, f"/proc/self/fd/{fd}", 10), os.fstat(fd).st_size, tried(os.chmod, f"/proc/self/fd/{fd}", 0o604), oct(os.fstat(fd).st_mode)


@case
def deleted_file_cannot_come_back():
    from ..calls import AT_FDCWD, AT_SYMLINK_FOLLOW, linkat
    fd = os.open("file", os.O_RDWR)
    os.unlink("file")
    return tried(linkat, AT_FDCWD, f"/proc/self/fd/{fd}", AT_FDCWD, "back", AT_SYMLINK_FOLLOW), kind("back")


@case
def deleted_file_is_inherited():
    fd = os.open("file", os.O_RDWR)
    os.unlink("file")
    wrote = child(lambda: os.pwrite(fd, b"by a child", 0))
    return wrote, os.pread(fd, 100, 0).decode()


@case
def deleted_program_still_runs():
    fd = os.open("program", os.O_RDONLY)
    os.unlink("program")
    return os.pread(fd, 9, 0).decode(), os.access(f"/proc/self/fd/{fd}", os.X_OK)


@case
def mapped_file_lives_on():
    import mmap
    fd = os.open("big", os.O_RDWR)
    with mmap.mmap(fd, 0) as view:
        os.close(fd)
        os.unlink("big")
        view[100:105] = b"after"
        return view[98:108].hex(), kind("big")


@case_of_created
def many_files():
    os.mkdir("many")
    for index in range(500):
        put(f"many/{index}", b"x")
    for index in range(0, 500, 2):
        os.unlink(f"many/{index}")
    return len(names("many")), tried(os.rmdir, "many"), [tried(os.unlink, f"many/{index}") for index in range(1, 500, 2)].count("ok"), tried(os.rmdir, "many")


@case
def then_create_again():
    os.unlink("file")
    return opened("file", os.O_RDONLY), tried(put, "file", b"new"), content("file"), seen("file"), size("file")


@case
def whole_tree():
    import shutil
    shutil.rmtree("dir")
    return kind("dir"), kind("dirlink"), names()


@case_of_created
def many_open_ones_keep_apart():
    fds = []
    for index in range(60):
        fd = os.open("one", os.O_RDWR | os.O_CREAT | os.O_EXCL)
        os.write(fd, str(index).encode() * 10)
        os.unlink("one")
        fds.append(fd)
    return [os.pread(fd, 30, 0).decode() for fd in fds] == [str(index) * 10 for index in range(60)], len({os.fstat(fd).st_ino for fd in fds}), names()
