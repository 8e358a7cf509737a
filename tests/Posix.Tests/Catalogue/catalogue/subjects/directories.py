import os

from ..cases import case, case_of_created
from ..observing import changes, kind, links, mode, names, opened, put, seen, tree, tried


@case
def makes(): return tried(os.mkdir, "new"), seen("new"), names("new")


@case
def makes_with_modes(): return [(tried(os.mkdir, f"new{bits:o}", bits), mode(f"new{bits:o}")) for bits in (0o700, 0o777, 0, 0o1777, 0o4755, 0o2755, 0o7777)]


@case
def makes_below_an_input(): return tried(os.mkdir, "dir/new"), tried(os.mkdir, "dir/new/deeper"), names("dir"), names("dir/new")


@case
def makes_over_existing(): return [tried(os.mkdir, name) for name in ("file", "dir", "void", "link", "dirlink", "dangling", "loop", ".", "..", "dir/.", "dir/..", "/")]


@case
def makes_with_a_trailing_slash(): return tried(os.mkdir, "new/"), kind("new"), tried(os.mkdir, "dangling/"), kind("nowhere")


@case
def makes_in_missing_places(): return [tried(os.mkdir, name) for name in ("missing/new", "file/new", "dangling/new", "loop/new", "")]


@case
def make_stamps_the_parent(): return changes(lambda: os.mkdir("dir/new"), "dir", "dir/new", ".")


@case
def removes(): return tried(os.rmdir, "void"), kind("void"), names()


@case
def removes_what_it_made(): return tried(os.mkdir, "new"), tried(os.rmdir, "new"), kind("new"), tried(os.mkdir, "new")


@case
def removes_with_a_trailing_slash(): return tried(os.rmdir, "void/"), kind("void")


@case
def remove_of_dots(): return [tried(os.rmdir, name) for name in (".", "..", "dir/.", "dir/..", "dir/sub/..", "void/.", "void/..")]


@case
def remove_of_full_ones(): return tried(os.rmdir, "dir"), tried(os.rmdir, "dir/sub"), names("dir")


@case
def remove_of_others(): return [tried(os.rmdir, name) for name in ("file", "link", "dirlink", "dirlink/", "dangling", "loop", "missing", "missing/x", "file/x", "")]


@case
def remove_stamps_the_parent(): return changes(lambda: os.rmdir("dir/../void"), ".", "dir")


@case
def remove_after_emptying():
    os.unlink("dir/sub/leaf")
    return tried(os.rmdir, "dir/sub"), tried(os.rmdir, "dir"), tried(os.unlink, "dir/child"), tried(os.rmdir, "dir"), kind("dir")


@case
def remove_and_make_again_is_empty():
    os.unlink("dir/sub/leaf")
    os.rmdir("dir/sub")
    os.unlink("dir/child")
    os.rmdir("dir")
    os.mkdir("dir", 0o700)
    return names("dir"), mode("dir"), kind("dir/child"), kind("dir/sub")


@case
def file_in_place_of_a_directory(): return tried(os.rmdir, "void"), tried(put, "void", b"x"), seen("void")


@case
def directory_in_place_of_a_file(): return tried(os.unlink, "file"), tried(os.mkdir, "file"), seen("file"), tried(put, "file/new", b"x"), tree("file")


@case
def removed_while_open():
    fd = os.open("void", os.O_RDONLY)
    os.rmdir("void")
    return os.listdir(fd), opened("x", os.O_CREAT | os.O_WRONLY, dir_fd=fd), tried(os.mkdir, "x", dir_fd=fd), opened(".", os.O_RDONLY, dir_fd=fd), opened("..", os.O_RDONLY, dir_fd=fd)


@case
def removed_while_open_has_no_links():
    fd = os.open("void", os.O_RDONLY)
    os.rmdir("void")
    return os.fstat(fd).st_nlink


@case
def links_of_a_directory_count_its_directories():
    before = links("dir")
    os.mkdir("dir/new")
    return before, links("dir"), links("void"), links("dir/new")


@case
def working_directory_removed():
    os.chdir("void")
    os.rmdir("../void")
    return tried(os.getcwd), tried(os.listdir, "."), opened("new", os.O_CREAT | os.O_WRONLY), tried(os.mkdir, "new"), tried(os.symlink, "a", "new"), kind("."), tried(os.stat, "missing")


@case
def working_directory_removed_has_a_parent():
    os.chdir("void")
    os.rmdir("../void")
    return kind("../file"), tried(os.rename, "../file", "file"), tried(os.link, "../file", "file"), tried(os.rmdir, "../void")


@case
def working_directory_removed_and_made_again():
    os.chdir("void")
    os.rmdir("../void")
    os.mkdir("../void")
    return tried(os.getcwd), opened("new", os.O_CREAT | os.O_WRONLY), names("../void")


@case
def working_directory_follows_a_rename():
    start = os.getcwd()
    os.chdir("dir/sub")
    os.rename("../../dir", "../../moved")
    return os.path.relpath(os.getcwd(), start), names(), names(".."), tried(put, "new", b"x"), names("../../moved/sub")


@case
def working_directory_needs_a_directory(): return [tried(os.chdir, name) for name in ("file", "link", "missing", "loop", "dangling", "dirlink/..", "dirlink")]


@case
def parent_of_a_directory_reached_by_a_link():
    os.chdir("dirlink")
    return names(), names("..") == names("../../" + os.path.basename(os.path.dirname(os.getcwd())))


@case_of_created
def deep_tree():
    for _ in range(300):
        os.mkdir("d")
        os.chdir("d")
    put("leaf", b"deep")
    where = os.getcwd()
    return len(where.split("/d/d/")[-1]) > 0, where.endswith("/d" * 300), os.path.exists(where + "/leaf")


@case_of_created
def tree_deeper_than_a_path():
    for _ in range(40):
        os.mkdir("n" * 200)
        os.chdir("n" * 200)
    put("leaf", b"deep")
    return tried(os.getcwd) == "ENAMETOOLONG" or len(os.getcwd()) > 8000, kind("leaf"), tried(os.stat, "../" * 2000 + "leaf")


@case_of_created
def names_of_255_bytes():
    long, longer = "n" * 255, "n" * 256
    return tried(os.mkdir, long), tried(os.rmdir, long), tried(os.mkdir, longer), tried(put, long, b"x"), tried(put, longer, b"x"), tried(os.stat, longer) == "ENAMETOOLONG"


@case_of_created
def too_long_names_in_each_call():
    longer = "n" * 256
    calls = ((os.symlink, "x", longer), (os.link, "file", longer), (os.rename, "file", longer), (os.unlink, longer), (os.rmdir, longer), (os.mkfifo, longer), (os.readlink, longer), (os.chmod, longer, 0o600), (os.truncate, longer, 0))
    return [tried(*call) for call in calls]


@case_of_created
def paths_of_4095_bytes():
    fits, too_long = "./" * 2045 + "file", "./" * 2046 + "file"
    return len(fits), tried(lambda: os.stat(fits).st_size), tried(lambda: os.stat(too_long).st_size), tried(os.mkdir, "./" * 2046 + "new")


@case_of_created
def odd_names():
    odd = [b"\xff\xfe", b"new\nline", b" ", b"-rf", "ünï".encode(), b"a\\b", b"*", b"..."]
    for name in odd:
        os.mkdir(name)
    listed = set(os.listdir(b"."))
    return [name in listed for name in odd], [tried(os.rmdir, name) for name in odd]


@case_of_created
def names_differ_by_case(): return tried(os.mkdir, "NAME"), tried(os.mkdir, "name"), tried(put, "Name", b"x"), kind("nAME")


@case
def attributes_of_a_removed_one():
    fd = os.open("void", os.O_RDONLY)
    os.rmdir("void")
    return tried(os.fchmod, fd, 0o700), oct(os.fstat(fd).st_mode), tried(os.utime, fd, (1, 2)), os.fstat(fd).st_mtime, tried(os.fsync, fd), tried(os.fchown, fd, -1, -1)


@case
def read_in_small_pieces():
    from ..calls import directory_records
    names_found, too_small = directory_records("dir", 280), tried(directory_records, "dir", 20)
    return sorted(names_found), too_small
