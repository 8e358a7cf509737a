import os

from ..calls import AT_EMPTY_PATH, AT_SYMLINK_NOFOLLOW, faccessat2
from ..cases import case
from ..observing import OTHER_GID, OTHER_UID, THIRD_GID, THIRD_UID, as_ids, as_other, child, content, kind, names, needs_second_uid, opened, put, seen, tried

KINDS = (os.R_OK, os.W_OK, os.X_OK)


def _rights(path):
    return "".join(letter if tried(faccessat2, path, bit, 0) == "ok" else "-" for letter, bit in zip("rwx", KINDS))


@case
def of_everything(): return [(name, tried(faccessat2, name, os.F_OK, 0), _rights(name)) for name in ("file", "program", "dir", "link", "dirlink", "dangling", "loop", "missing", "file/x")]


@case
def after_chmod():
    found = []
    for bits in (0, 0o400, 0o200, 0o100, 0o700, 0o070, 0o007, 0o111):
        os.chmod("file", bits)
        found.append(_rights("file"))
    return found


@case
def invalid(): return tried(faccessat2, "file", 8, 0), tried(faccessat2, "file", 0, 0x20000), tried(faccessat2, "link", 0, AT_SYMLINK_NOFOLLOW), tried(faccessat2, "dangling", 0, AT_SYMLINK_NOFOLLOW)


@case
def by_real_and_effective_user():
    needs_second_uid()
    os.chmod("file", 0o600)

    def look():
        os.setegid(OTHER_GID)
        os.seteuid(OTHER_UID)
        return tried(faccessat2, "file", os.R_OK, 0), tried(faccessat2, "file", os.R_OK, 0x200), AT_EMPTY_PATH

    return child(look)


@case
def own_file_without_rights():
    os.chmod("file", 0)
    return opened("file", os.O_RDONLY), opened("file", os.O_WRONLY), opened("file", os.O_PATH), tried(os.chmod, "file", 0o600), opened("file", os.O_RDWR)


@case
def own_directory_without_rights():
    os.chmod("dir", 0)
    found = names("dir"), kind("dir/child"), opened("dir/new", os.O_CREAT | os.O_WRONLY), child(lambda: tried(os.chdir, "dir"))
    os.chmod("dir", 0o755)
    return found


@case
def own_directory_only_to_search():
    os.chmod("dir", 0o100)
    found = names("dir"), content("dir/child"), opened("dir/new", os.O_CREAT | os.O_WRONLY), kind("dir/missing"), content("dir/sub/leaf")
    os.chmod("dir", 0o755)
    return found


@case
def own_directory_only_to_read():
    os.chmod("dir", 0o400)
    found = names("dir"), kind("dir/child"), opened("dir/child", os.O_RDONLY), kind("dir/missing")
    os.chmod("dir", 0o755)
    return found


@case
def own_directory_not_to_write():
    os.chmod("dir", 0o555)
    calls = ((put, "dir/new", b"x"), (os.mkdir, "dir/newdir"), (os.unlink, "dir/child"), (os.rmdir, "dir/sub"), (os.rename, "dir/child", "dir/moved"), (os.rename, "file", "dir/moved"), (os.symlink, "x", "dir/l"), (os.link, "file", "dir/hard"), (os.mkfifo, "dir/fifo"))
    found = [tried(*call) for call in calls], tried(put, "dir/child", b"still"), names("dir")
    os.chmod("dir", 0o755)
    return found


@case
def unwritable_file_can_be_unlinked_and_replaced():
    for name in ("file", "other"):
        os.chmod(name, 0o444)
    return tried(os.rename, "file", "other"), tried(os.unlink, "other"), kind("other")


@case
def owner_without_rights_is_not_helped_by_the_group():
    os.chmod("file", 0o077)
    return opened("file", os.O_RDONLY), _rights("file")


def _each(bits, uid, gid, groups=()):
    """What a user may do with a file of another who gave these rights."""
    os.chmod("file", bits)
    return as_ids(uid, gid, list(groups), lambda: _rights("file") + " " + opened("file", os.O_RDONLY) + " " + opened("file", os.O_WRONLY))


@case
def file_for_its_owner():
    needs_second_uid()
    os.chown("file", OTHER_UID, OTHER_GID)
    return [_each(bits, OTHER_UID, THIRD_GID) for bits in (0o700, 0o600, 0o400, 0o200, 0o100, 0, 0o077)]


@case
def file_for_its_group():
    needs_second_uid()
    os.chown("file", OTHER_UID, OTHER_GID)
    return [_each(bits, THIRD_UID, OTHER_GID) for bits in (0o070, 0o060, 0o040, 0o020, 0o010, 0, 0o707)]


@case
def file_for_a_supplementary_group():
    needs_second_uid()
    os.chown("file", OTHER_UID, OTHER_GID)
    return [_each(bits, THIRD_UID, THIRD_GID, [OTHER_GID]) for bits in (0o070, 0o040, 0o020, 0, 0o707)]


@case
def file_for_others():
    needs_second_uid()
    os.chown("file", OTHER_UID, OTHER_GID)
    return [_each(bits, THIRD_UID, THIRD_GID) for bits in (0o007, 0o006, 0o004, 0o002, 0o001, 0, 0o770)]


@case
def directory_for_others():
    def look():
        return names("dir"), kind("dir/child"), content("dir/child"), opened("dir/new", os.O_CREAT | os.O_EXCL | os.O_WRONLY), tried(os.unlink, "dir/new"), tried(os.chdir, "dir")

    found = []
    for bits in (0o777, 0o775, 0o774, 0o773, 0o771, 0o772, 0o770):
        os.chmod("dir", bits)
        found.append(as_other(look))
    return found


@case
def sub_directory_of_a_closed_one():
    os.chmod("dir", 0o700)
    return as_other(lambda: (kind("dir/sub/leaf"), tried(os.listdir, "dir/sub"), tried(os.chdir, "dir/sub"), kind("dir"), kind("dirlink/child")))


@case
def sub_directory_of_a_closed_one_by_descriptor():
    needs_second_uid()
    fd = os.open("dir/sub", os.O_RDONLY)
    os.chmod("dir", 0o700)
    return as_other(lambda: (sorted(os.listdir(fd)), tried(lambda: os.stat("leaf", dir_fd=fd).st_size), tried(lambda: os.stat("../child", dir_fd=fd).st_size)))


@case
def sticky_directory():
    needs_second_uid()
    os.chmod("dir", 0o1777)
    as_ids(THIRD_UID, THIRD_GID, [], lambda: (put("dir/third", b"x"), os.mkdir("dir/thirddir", 0o777)))
    calls = ((os.unlink, "dir/child"), (os.unlink, "dir/third"), (os.rmdir, "dir/thirddir"), (os.rename, "dir/third", "dir/x"), (os.rename, "dir/thirddir", "dir/y"))
    foreign = as_other(lambda: [tried(*call) for call in calls])
    own = as_other(lambda: (put("dir/own", b"x"), [tried(*call) for call in ((os.rename, "dir/own", "dir/third"), (os.rename, "dir/own", "dir/mine"), (os.unlink, "dir/mine"))])[1])
    return foreign, own, names("dir")


@case
def sticky_directory_of_ones_own():
    needs_second_uid()
    os.chown("dir", OTHER_UID, OTHER_GID)
    os.chmod("dir", 0o1777)
    return as_other(lambda: [tried(os.unlink, "dir/child"), tried(os.rename, "dir/sub", "dir/new")]), names("dir")


@case
def renaming_a_directory_that_is_not_ones_own():
    """A directory that changes its parent needs the right to write it, since its `..` changes."""
    needs_second_uid()
    os.chmod("dir", 0o777)
    os.chmod("void", 0o777)
    return as_other(lambda: [tried(os.rename, "dir/sub", "dir/moved"), tried(os.rename, "dir/moved", "void/moved"), tried(os.rename, "dir/child", "void/child")]), names("dir"), names("void")


@case
def hard_links_to_files_of_others():
    needs_second_uid()
    os.chmod("void", 0o777)
    os.chmod("other", 0o666)
    return as_other(lambda: tried(os.link, "other", "void/again")) in ("ok", "EPERM"), seen("file")


@case
def path_through_a_file_of_others():
    os.chmod("file", 0o700)
    return as_other(lambda: [tried(os.stat, "file/x"), tried(os.stat, "dir/missing/x"), tried(os.stat, "missing")])


@case
def creating_without_rights_to_what_was_created():
    os.chmod("dir", 0o777)
    return as_other(lambda: (tried(lambda: os.write(os.open("dir/new", os.O_CREAT | os.O_WRONLY, 0), b"abc")), opened("dir/new", os.O_RDONLY))), seen("dir/new")


@case
def truncation_without_the_right(): return as_other(lambda: [opened("file", os.O_RDONLY | os.O_TRUNC), opened("file", os.O_WRONLY | os.O_TRUNC), tried(os.truncate, "file", 0)]), content("file")


@case
def extended_attributes_without_the_right(): return as_other(lambda: [tried(os.setxattr, "file", "user.a", b"x"), tried(os.getxattr, "file", "user.a"), tried(os.listxattr, "file")])


@case
def noatime_wants_the_owner(): return as_other(lambda: opened("file", os.O_RDONLY | os.O_NOATIME)), opened("file", os.O_RDONLY | os.O_NOATIME)


@case
def links_of_others_in_sticky_directories():
    """Where fs.protected_symlinks is on, nobody follows another's link in a directory like /tmp."""
    needs_second_uid()
    os.chmod("dir", 0o1777)
    as_ids(THIRD_UID, THIRD_GID, [], lambda: (os.symlink("child", "dir/bait"), put("dir/third", b"x"), os.chmod("dir/third", 0o666)))
    return as_other(lambda: (opened("dir/bait", os.O_RDONLY), tried(os.readlink, "dir/bait"), opened("dir/third", os.O_WRONLY), opened("dir/third", os.O_WRONLY | os.O_CREAT)))


@case
def memory_that_is_not_there():
    import ctypes
    import errno
    libc = ctypes.CDLL(None, use_errno=True)
    fd = os.open("file", os.O_RDWR)
    found = []
    for call, arguments in ((libc.read, (fd, 8, 5)), (libc.write, (fd, 8, 5)), (libc.open, (8, 0)), (libc.pwrite, (fd, 8, 5, 3))):
        result = call(*(ctypes.c_void_p(argument) if argument == 8 else argument for argument in arguments))
        found.append((result, errno.errorcode[ctypes.get_errno()]))
    return found, content("file")
