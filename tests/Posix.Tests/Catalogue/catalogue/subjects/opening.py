import os

from ..calls import AT_EMPTY_PATH, AT_FDCWD, AT_SYMLINK_FOLLOW, linkat
from ..cases import case, case_of_created
from ..observing import THIRD_GID, changes, content, kind, links, mode, names, needs_second_uid, opened, put, same_file, seen, size, tried


@case
def creates_with_the_mode(): return opened("new", os.O_CREAT | os.O_WRONLY, 0o640), seen("new")


@case
def creates_with_all_mode_bits(): return opened("new", os.O_CREAT | os.O_WRONLY, 0o7777), mode("new")


@case
def creates_read_only_file_and_writes_it():
    fd = os.open("new", os.O_CREAT | os.O_WRONLY, 0o400)
    return os.write(fd, b"abc"), content("new"), mode("new"), opened("new", os.O_WRONLY)


@case
def creates_with_mode_zero(): return opened("new", os.O_CREAT | os.O_RDWR, 0), seen("new"), opened("new", os.O_RDONLY)


@case
def creat_of_existing_keeps_mode_and_data(): return opened("program", os.O_CREAT | os.O_RDWR, 0o600), seen("program"), content("program")


@case
def exclusive_over_a_file(): return opened("file", os.O_CREAT | os.O_EXCL | os.O_WRONLY), content("file")


@case
def exclusive_over_a_directory(): return opened("dir", os.O_CREAT | os.O_EXCL | os.O_WRONLY)


@case
def exclusive_over_a_link(): return opened("link", os.O_CREAT | os.O_EXCL | os.O_WRONLY)


@case
def exclusive_over_a_dangling_link(): return opened("dangling", os.O_CREAT | os.O_EXCL | os.O_WRONLY), names()


@case
def create_through_a_dangling_link_makes_its_target(): return opened("dangling", os.O_CREAT | os.O_WRONLY), kind("nowhere"), kind("dangling")


@case
def create_through_a_link_opens_its_target(): return opened("link", os.O_CREAT | os.O_WRONLY), content("file")


@case
def exclusive_after_unlink(): return tried(os.unlink, "file"), opened("file", os.O_CREAT | os.O_EXCL | os.O_WRONLY), size("file")


@case
def truncates(): return opened("file", os.O_WRONLY | os.O_TRUNC), size("file"), content("file")


@case
def truncates_when_read_only(): return opened("file", os.O_RDONLY | os.O_TRUNC), size("file")


@case
def truncates_and_writes_less():
    fd = os.open("big", os.O_RDWR | os.O_TRUNC)
    return os.write(fd, b"short"), os.pread(fd, 100, 0).decode(), content("big")


@case
def truncates_through_a_link(): return opened("link", os.O_WRONLY | os.O_TRUNC), size("file"), kind("link")


@case
def truncate_of_an_empty_file_stamps(): return changes(lambda: opened("empty", os.O_WRONLY | os.O_TRUNC), "empty", ".")


@case
def truncate_stamps(): return changes(lambda: opened("file", os.O_WRONLY | os.O_TRUNC), "file", ".")


@case
def plain_open_stamps_nothing(): return changes(lambda: opened("file", os.O_RDWR), "file", ".")


@case
def create_of_existing_stamps_nothing(): return changes(lambda: opened("file", os.O_RDWR | os.O_CREAT), "file", ".")


@case
def create_stamps_the_directory(): return changes(lambda: opened("dir/new", os.O_WRONLY | os.O_CREAT), "dir", "dir/new", ".")


@case
def appends_at_the_end():
    fd = os.open("file", os.O_WRONLY | os.O_APPEND)
    os.lseek(fd, 2, os.SEEK_SET)
    return os.write(fd, b"more"), os.lseek(fd, 0, os.SEEK_CUR), content("file")


@case
def appends_of_two_descriptors_follow_each_other():
    one, two = (os.open("file", os.O_WRONLY | os.O_APPEND) for _ in range(2))
    for fd, data in ((one, b"1"), (two, b"22"), (one, b"333")):
        os.write(fd, data)
    return content("file")


@case
def append_ignores_the_offset_of_pwrite():
    fd = os.open("file", os.O_RDWR | os.O_APPEND)
    return os.pwrite(fd, b"XX", 0), content("file")


@case
def append_bit_can_be_set_later():
    import fcntl
    fd = os.open("file", os.O_RDWR)
    fcntl.fcntl(fd, fcntl.F_SETFL, os.O_APPEND)
    os.write(fd, b"end")
    return content("file")


@case
def directory_flag_on_a_file(): return opened("file", os.O_RDONLY | os.O_DIRECTORY), opened("link", os.O_RDONLY | os.O_DIRECTORY)


@case
def directory_flag_on_directories(): return [opened(name, os.O_RDONLY | os.O_DIRECTORY) for name in ("dir", "dirlink", "void", ".", "missing")]


@case
def directory_for_writing(): return [opened("dir", flags) for flags in (os.O_WRONLY, os.O_RDWR, os.O_RDONLY | os.O_TRUNC, os.O_CREAT)]


@case
def directory_and_create_flags_together(): return opened("dir", os.O_CREAT | os.O_DIRECTORY), opened("new", os.O_CREAT | os.O_DIRECTORY), kind("new")


@case
def nofollow_of_links(): return [opened(name, os.O_RDONLY | os.O_NOFOLLOW) for name in ("link", "dangling", "dirlink", "loop", "file", "dir")]


@case
def nofollow_is_for_the_last_part(): return opened("dirlink/child", os.O_RDONLY | os.O_NOFOLLOW)


@case
def nofollow_and_directory_of_a_link(): return opened("dirlink", os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY)


@case
def nofollow_and_create_over_a_link(): return opened("dangling", os.O_WRONLY | os.O_NOFOLLOW | os.O_CREAT), kind("nowhere")


@case
def path_descriptor_of_a_file():
    fd = os.open("file", os.O_PATH)
    return tried(os.read, fd, 10), tried(os.write, fd, b"x"), tried(os.fchmod, fd, 0o600), os.fstat(fd).st_size, tried(os.ftruncate, fd, 0)


@case
def path_descriptor_of_a_link():
    fd = os.open("link", os.O_PATH | os.O_NOFOLLOW)
    return os.readlink("", dir_fd=fd), oct(os.fstat(fd).st_mode)


@case
def path_descriptor_reopened():
    fd = os.open("file", os.O_PATH)
    os.rename("file", "moved")
    again = os.open(f"/proc/self/fd/{fd}", os.O_RDWR)
    return os.write(again, b"JELLO"), content("moved")


@case
def path_descriptor_of_a_file_without_rights():
    os.chmod("file", 0)
    return opened("file", os.O_PATH)


@case
def path_descriptor_linked_by_proc():
    fd = os.open("file", os.O_PATH)
    return tried(linkat, AT_FDCWD, f"/proc/self/fd/{fd}", AT_FDCWD, "again", AT_SYMLINK_FOLLOW), same_file("file", "again")


@case
def missing_things(): return [opened(name, os.O_RDONLY) for name in ("missing", "missing/x", "file/x", "dir/missing", "dangling", "loop", "", "file/", "dir/")]


@case
def create_in_missing_places(): return [opened(name, os.O_CREAT | os.O_WRONLY) for name in ("missing/x", "file/x", "dangling/x", "new/", "dir/", ".", "..", "loop")]


@case
def through_a_directory_link(): return content("dirlink/child"), content("dirlink/sub/leaf"), content("dir/../file"), content("dir/./child")


@case
def reading_a_write_only_descriptor():
    fd = os.open("file", os.O_WRONLY)
    return tried(os.read, fd, 1), tried(os.pread, fd, 1, 0)


@case
def writing_a_read_only_descriptor():
    fd = os.open("file", os.O_RDONLY)
    return tried(os.write, fd, b"x"), tried(os.pwrite, fd, b"x", 0), tried(os.ftruncate, fd, 0)


@case
def reading_a_directory(): return tried(os.read, os.open("dir", os.O_RDONLY), 10), tried(os.pread, os.open("void", os.O_RDONLY), 10, 0)


@case
def writes_beyond_the_end_leave_zeros():
    fd = os.open("file", os.O_RDWR)
    return os.pwrite(fd, b"far", 10_000), size("file"), content("file")


@case
def writes_inside_keep_the_rest():
    fd = os.open("big", os.O_RDWR)
    os.pwrite(fd, b"0123456789" * 10, 99_990)
    return os.pread(fd, 120, 99_980).hex(), content("big")


@case
def writes_of_one_descriptor_are_read_by_another():
    one, two = os.open("file", os.O_RDWR), os.open("file", os.O_RDONLY)
    first = os.read(two, 5).decode()
    os.pwrite(one, b"HELLO, WORLD, AGAIN", 0)
    return first, os.read(two, 100).decode()


@case
def reads_past_the_end():
    fd = os.open("file", os.O_RDONLY)
    return os.pread(fd, 100, 5).decode(), os.pread(fd, 100, 13).decode(), os.pread(fd, 1, 1 << 40).decode(), tried(os.pread, fd, 1, -1)


@case
def seeks():
    fd = os.open("file", os.O_RDWR)
    moves = ((5, os.SEEK_SET), (3, os.SEEK_CUR), (-2, os.SEEK_END), (100, os.SEEK_END), (-1, os.SEEK_SET), (-1000, os.SEEK_CUR), (1 << 40, os.SEEK_SET), (0, 77))
    return [tried(os.lseek, fd, *move) for move in moves]


@case
def seek_beyond_the_largest_file():
    fd = os.open("file", os.O_RDWR)
    return tried(os.lseek, fd, 1 << 62, os.SEEK_SET), tried(os.pwrite, fd, b"x", 1 << 62), size("file")


@case
def huge_offsets():
    fd = os.open("file", os.O_RDWR)
    return tried(os.pwrite, fd, b"x", (1 << 63) - 1), tried(os.pwrite, fd, b"x", (1 << 63) - 2), size("file")


@case
def vectors():
    fd = os.open("file", os.O_RDWR)
    wrote = os.writev(fd, [b"one", b"", b"two", b"three"])
    parts = [bytearray(4), bytearray(4), bytearray(20)]
    return wrote, os.preadv(fd, parts, 0), [bytes(part).decode() for part in parts]


@case
def empty_writes_and_reads():
    fd = os.open("file", os.O_RDWR)
    return changes(lambda: os.write(fd, b""), "file"), os.read(fd, 0).decode(), size("file")


@case_of_created
def temporary_file_has_no_name():
    fd = os.open(".", os.O_TMPFILE | os.O_RDWR, 0o640)
    os.write(fd, b"unnamed")
    status = os.fstat(fd)
    return names(), status.st_nlink, status.st_size, oct(status.st_mode), os.pread(fd, 20, 0).decode()


@case
def temporary_file_linked_by_proc():
    fd = os.open("dir", os.O_TMPFILE | os.O_WRONLY, 0o644)
    os.write(fd, b"kept")
    done = tried(linkat, AT_FDCWD, f"/proc/self/fd/{fd}", AT_FDCWD, "kept", AT_SYMLINK_FOLLOW)
    return done, content("kept"), seen("kept"), os.fstat(fd).st_nlink


@case
def temporary_file_linked_by_descriptor():
    fd = os.open(".", os.O_TMPFILE | os.O_WRONLY, 0o644)
    os.write(fd, b"kept")
    done = tried(linkat, fd, "", AT_FDCWD, "dir/kept", AT_EMPTY_PATH)
    os.write(fd, b" and more")
    return done, content("dir/kept")


@case
def temporary_file_that_may_not_be_linked():
    fd = os.open(".", os.O_TMPFILE | os.O_EXCL | os.O_RDWR, 0o644)
    return tried(linkat, AT_FDCWD, f"/proc/self/fd/{fd}", AT_FDCWD, "kept", AT_SYMLINK_FOLLOW), kind("kept")


@case
def temporary_file_over_a_name():
    fd = os.open(".", os.O_TMPFILE | os.O_RDWR, 0o644)
    return tried(linkat, AT_FDCWD, f"/proc/self/fd/{fd}", AT_FDCWD, "file", AT_SYMLINK_FOLLOW), content("file")


@case
def temporary_file_wants_writing_and_a_directory():
    return [opened(name, flags) for name, flags in ((".", os.O_TMPFILE | os.O_RDONLY), ("file", os.O_TMPFILE | os.O_RDWR), ("missing", os.O_TMPFILE | os.O_RDWR))]


@case
def temporary_file_stamps_nothing(): return changes(lambda: opened("dir", os.O_TMPFILE | os.O_RDWR), "dir")


@case
def temporary_files_are_apart():
    one, two = (os.open(".", os.O_TMPFILE | os.O_RDWR, 0o600) for _ in range(2))
    os.write(one, b"one")
    os.write(two, b"second")
    return os.fstat(one).st_ino != os.fstat(two).st_ino, os.pread(one, 9, 0).decode(), os.pread(two, 9, 0).decode()


@case_of_created
def many_descriptors_of_one_file():
    put("new", b"x")
    fds = [os.open("new", os.O_RDWR) for _ in range(200)]
    for index, fd in enumerate(fds):
        os.pwrite(fd, bytes([index]), index)
    return content("new"), links("new")


@case
def temporary_file_obeys_the_umask():
    os.umask(0o077)
    fd = os.open("dir", os.O_TMPFILE | os.O_RDWR, 0o666)
    return oct(os.fstat(fd).st_mode)


@case
def temporary_file_takes_the_group_of_its_directory():
    needs_second_uid()
    os.chown("dir", -1, THIRD_GID)
    os.chmod("dir", 0o2755)
    status = os.fstat(os.open("dir", os.O_TMPFILE | os.O_RDWR, 0o644))
    return oct(status.st_mode), status.st_gid


@case
def truncation_under_a_reader():
    fd = os.open("big", os.O_RDONLY)
    first = os.read(fd, 1000)
    os.close(os.open("big", os.O_WRONLY | os.O_TRUNC))
    rest = os.read(fd, 1000)
    put("big", b"n" * 3000)
    return sum(first), rest.decode(), os.read(fd, 10).decode(), os.fstat(fd).st_size


@case
def replaced_under_a_reader():
    fd = os.open("big", os.O_RDONLY)
    first = sum(os.read(fd, 1000))
    put("new", b"replaced")
    os.rename("new", "big")
    return first, sum(os.read(fd, 200_000)), os.fstat(fd).st_nlink, content("big")


@case
def far_beyond_four_gigabytes():
    fd = os.open("file", os.O_RDWR)
    os.pwrite(fd, b"far", 5 << 30)
    return os.fstat(fd).st_size, os.pread(fd, 10, (5 << 30) - 2).hex(), os.pread(fd, 5, 0).decode(), tried(os.ftruncate, fd, 3), content("file")


@case_of_created
def one_large_write():
    data = bytes(range(251)) * 40_000
    fd = os.open("new", os.O_RDWR | os.O_CREAT)
    wrote = os.write(fd, data)
    parts, offset = [], 0
    while part := os.pread(fd, 333_333, offset):
        parts.append(part)
        offset += len(part)
    return wrote, b"".join(parts) == data


@case_of_created
def many_vectors():
    fd = os.open("new", os.O_RDWR | os.O_CREAT)
    wrote = os.writev(fd, [bytes([index % 251]) * index for index in range(1000)])
    return wrote, content("new"), tried(os.writev, fd, [b"x"] * 1025)
