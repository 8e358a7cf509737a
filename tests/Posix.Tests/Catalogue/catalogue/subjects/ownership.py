import os

from ..calls import AT_EMPTY_PATH
from ..cases import case
from ..observing import OTHER_GID, OTHER_UID, THIRD_GID, THIRD_UID, as_ids, as_other, changes, mode, needs_second_uid, seen, tried


@case
def inputs_are_the_users(): return [os.lstat(name).st_uid == os.geteuid() and os.lstat(name).st_gid == os.getegid() for name in (".", "file", "dir", "link", "dir/sub/leaf")]


@case
def to_itself(): return tried(os.chown, "file", os.getuid(), os.getgid()), seen("file")


@case
def of_nothing(): return tried(os.chown, "file", -1, -1), seen("file")


@case
def to_another_user(): return tried(os.chown, "file", OTHER_UID, -1), seen("file")


@case
def to_another_group(): return tried(os.chown, "file", -1, OTHER_GID), seen("file")


@case
def to_another_user_and_group(): return tried(os.chown, "dir", OTHER_UID, OTHER_GID), seen("dir"), seen("dir/child")


@case
def to_nobody(): return tried(os.chown, "file", 65534, 65534)


@case
def of_a_link_itself(): return tried(os.lchown, "link", OTHER_UID, OTHER_GID), seen("link"), seen("file")


@case
def through_a_link(): return tried(os.chown, "link", OTHER_UID, OTHER_GID), seen("link"), seen("file")


@case
def by_descriptor(): return tried(os.fchown, os.open("file", os.O_RDONLY), OTHER_UID, OTHER_GID), seen("file")


@case
def by_path_descriptor(): return tried(os.fchown, os.open("file", os.O_PATH), OTHER_UID, OTHER_GID), seen("file"), AT_EMPTY_PATH


@case
def of_missing_things(): return [tried(os.chown, name, -1, -1) for name in ("missing", "missing/x", "file/x", "dangling", "loop", "")]


@case
def stamps():
    needs_second_uid()
    return changes(lambda: os.chown("file", OTHER_UID, OTHER_GID), "file", "."), changes(lambda: os.chown("dir", OTHER_UID, OTHER_GID), "dir", ".")


@case
def keeps_data_and_mode():
    os.chmod("program", 0o751)
    return tried(os.chown, "program", OTHER_UID, OTHER_GID), mode("program"), len(open("program", "rb").read())


@case
def clears_set_ids(): return [(os.chmod("program", bits), tried(os.chown, "program", OTHER_UID, OTHER_GID), mode("program"))[1:] for bits in (0o4755, 0o6777, 0o2745)]


@case
def given_away_by_others(): return as_other(lambda: [tried(os.chown, "file", OTHER_UID, -1), tried(os.chown, "file", -1, OTHER_GID), tried(os.chown, "file", -1, -1)])


@case
def given_away_by_the_owner():
    needs_second_uid()
    os.chown("file", OTHER_UID, OTHER_GID)
    return as_other(lambda: [tried(os.chown, "file", THIRD_UID, -1), tried(os.chown, "file", -1, THIRD_GID), tried(os.chown, "file", OTHER_UID, OTHER_GID)]), seen("file")


@case
def to_another_group_of_the_owner():
    needs_second_uid()
    os.chown("file", OTHER_UID, OTHER_GID)
    return as_ids(OTHER_UID, OTHER_GID, [THIRD_GID], lambda: tried(os.chown, "file", -1, THIRD_GID)), seen("file")


@case
def set_ids_cleared_by_the_owners_chown():
    needs_second_uid()
    os.chown("program", OTHER_UID, OTHER_GID)
    os.chmod("program", 0o6755)
    return as_ids(OTHER_UID, OTHER_GID, [THIRD_GID], lambda: tried(os.chown, "program", -1, THIRD_GID)), mode("program")


@case
def of_nothing_by_others_of_a_set_id_program():
    os.chmod("program", 0o6755)
    return as_other(lambda: tried(os.chown, "program", -1, -1)), mode("program")


@case
def of_an_unlinked_file():
    fd = os.open("file", os.O_RDONLY)
    os.unlink("file")
    return tried(os.fchown, fd, OTHER_UID, OTHER_GID), os.fstat(fd).st_uid, os.fstat(fd).st_gid


@case
def ordinary_users_group(): return tried(os.chown, "file", -1, os.getgid()), tried(os.chown, "file", os.getuid(), -1), tried(os.chown, "file", 0, -1), seen("file")
