import os
import stat

from ..calls import AT_SYMLINK_NOFOLLOW, fchmodat2
from ..cases import case, case_of_created
from ..observing import OTHER_GID, OTHER_UID, THIRD_GID, as_ids, as_other, changes, content, kind, mode, needs_second_uid, put, seen, tried


@case
def of_a_file(): return [(tried(os.chmod, "file", bits), mode("file")) for bits in (0o600, 0o777, 0, 0o7777, 0o4755, 0o2644, 0o1644, 0o644)]


@case
def of_a_directory(): return [(tried(os.chmod, "dir", bits), mode("dir")) for bits in (0o700, 0o777, 0o1777, 0o2755, 0o4755, 0o7777, 0o755)]


@case
def by_descriptor():
    fd = os.open("file", os.O_RDONLY)
    return tried(os.fchmod, fd, 0o601), mode("file"), tried(os.fchmod, os.open("dir", os.O_RDONLY), 0o711), mode("dir")


@case
def through_a_link(): return tried(os.chmod, "link", 0o600), mode("file"), tried(os.chmod, "dirlink", 0o700), mode("dir"), mode("link")


@case
def of_a_link_itself(): return tried(fchmodat2, "link", 0o600, AT_SYMLINK_NOFOLLOW), mode("link"), mode("file")


@case
def of_missing_things(): return [tried(os.chmod, name, 0o600) for name in ("missing", "missing/x", "file/x", "dangling", "loop", "file/", "")]


@case
def stays_over_writing_and_renaming():
    os.chmod("file", 0o751)
    put("file", b"x")
    os.rename("file", "new")
    return mode("new"), content("new")


@case
def executable_bit_runs():
    os.chmod("program", 0o755)
    return os.access("program", os.X_OK), os.access("file", os.X_OK), tried(os.chmod, "file", 0o755), os.access("file", os.X_OK)


@case
def open_descriptor_keeps_its_rights():
    fd = os.open("file", os.O_RDWR)
    os.chmod("file", 0)
    return os.write(fd, b"J"), os.pread(fd, 5, 0).decode()


@case_of_created
def umask():
    found = []
    for mask in (0, 0o022, 0o077, 0o777, 0o027):
        os.umask(mask)
        name = f"m{mask:o}"
        os.close(os.open(name, os.O_CREAT | os.O_WRONLY, 0o666))
        os.mkdir(name + "d", 0o777)
        os.mkfifo(name + "f", 0o666)
        os.symlink("x", name + "l")
        found.append([mode(name + suffix) for suffix in ("", "d", "f", "l")])
    return found


@case
def set_user_id_survives_writing_by_root_or_not():
    os.chmod("file", 0o4755)
    fd = os.open("file", os.O_WRONLY)
    os.write(fd, b"x")
    return mode("file")


@case
def set_ids_and_truncation():
    os.chmod("file", 0o6755)
    os.truncate("file", 3)
    return mode("file")


@case
def set_ids_and_open_truncation():
    os.chmod("file", 0o6755)
    os.close(os.open("file", os.O_WRONLY | os.O_TRUNC))
    return mode("file")


@case
def writing_by_others_clears_set_ids():
    found = []
    for bits in (0o4777, 0o2777, 0o6777, 0o2766, 0o6767, 0o1777):
        os.chmod("file", bits)
        as_other(lambda: os.write(os.open("file", os.O_WRONLY), b"x"))
        found.append(mode("file"))
    return found


@case
def open_truncation_by_others_clears_set_ids():
    os.chmod("file", 0o6777)
    as_other(lambda: os.close(os.open("file", os.O_WRONLY | os.O_TRUNC)))
    return mode("file")


@case
def chown_clears_set_ids():
    found = []
    for bits in (0o4755, 0o6755, 0o2644, 0o6777):
        os.chmod("file", bits)
        found.append((tried(os.chown, "file", os.getuid(), os.getgid()), mode("file")))
    return found


@case
def chown_leaves_a_directorys_set_ids():
    os.chmod("dir", 0o6755)
    return tried(os.chown, "dir", os.getuid(), os.getgid()), mode("dir")


@case
def set_group_id_directory_gives_its_group():
    needs_second_uid()
    os.chown("dir", -1, THIRD_GID)
    os.chmod("dir", 0o2777)
    put("dir/new", b"x")
    os.mkdir("dir/newdir", 0o755)
    os.symlink("x", "dir/newlink")
    os.mkfifo("dir/fifo")
    return [seen(f"dir/{name}") for name in ("new", "newdir", "newlink", "fifo", "child")]


@case
def set_group_id_directory_keeps_children_of_others():
    needs_second_uid()
    os.chown("dir", -1, THIRD_GID)
    os.chmod("dir", 0o2777)
    as_other(lambda: (put("dir/new", b"x"), os.mkdir("dir/newdir")))
    return seen("dir/new"), seen("dir/newdir")


@case
def set_group_id_file_in_a_foreign_group():
    """Whoever is not in the directory's group gets no set-group-ID executable of it."""
    needs_second_uid()
    os.chown("dir", -1, THIRD_GID)
    os.chmod("dir", 0o2777)
    as_other(lambda: os.close(os.open("dir/new", os.O_CREAT | os.O_WRONLY, 0o2755)))
    return seen("dir/new")


@case
def chmod_by_others(): return as_other(lambda: (tried(os.chmod, "file", 0o777), tried(os.chmod, "dir", 0o777))), mode("file")


@case
def chmod_by_the_owner_outside_the_group():
    needs_second_uid()
    os.chown("file", OTHER_UID, THIRD_GID)
    first = as_other(lambda: tried(os.chmod, "file", 0o2755)), mode("file")
    return first, as_ids(OTHER_UID, OTHER_GID, [THIRD_GID], lambda: tried(os.chmod, "file", 0o2755)), mode("file")


@case
def sticky_bit_of_a_file_by_its_owner():
    needs_second_uid()
    os.chown("file", OTHER_UID, OTHER_GID)
    return as_other(lambda: tried(os.chmod, "file", 0o1644)), mode("file")


@case
def new_file_belongs_to_its_maker():
    os.chmod("dir", 0o777)
    as_other(lambda: (put("dir/new", b"x"), os.mkdir("dir/newdir"), os.symlink("x", "dir/newlink")))
    return [seen(f"dir/{name}") for name in ("new", "newdir", "newlink")]


@case
def of_a_fifo():
    os.mkfifo("fifo", 0o600)
    return tried(os.chmod, "fifo", 0o666), mode("fifo"), kind("fifo")


@case
def type_bits_are_ignored(): return tried(os.chmod, "file", stat.S_IFDIR | 0o640), seen("file")


@case
def stamps_through_a_hard_link():
    os.link("file", "again")
    return changes(lambda: os.chmod("again", 0o600), "file", "again"), mode("file")


@case
def attributes_leave_the_data():
    os.chmod("big", 0o640)
    os.chown("big", -1, -1)
    os.utime("big", ns=(1, 2))
    fd = os.open("big", os.O_RDONLY)
    return content("big"), sum(os.pread(fd, 1000, 150_000)), seen("big")
