import os

from ..calls import EXCHANGE, NOREPLACE, WHITEOUT, renameat2
from ..cases import case, case_of_created
from ..observing import changes, content, kind, links, mode, names, opened, pause, put, same_file, seen, tree, tried

THINGS = ("file", "empty", "dir", "void", "link", "dangling", "dirlink", "loop")
TARGETS = ("other", "dir", "void2", "link", "dirlink", "dangling", "missing")


def _identity(path):
    status = os.lstat(path)
    return status.st_ino


def _onto(source):
    """Renames the thing to each target, in a fresh copy of the scene for each; what came of it."""
    found = {}
    for target in TARGETS:
        scene = f"scene-{target}"
        os.mkdir(scene)
        for name in ("other", "link", "dangling", "dirlink", "dir", "void2"):
            if name == source and name != target:
                continue
            _place(scene, name)
        inside = f"{scene}/source"
        os.rename(source, inside)
        identity = _identity(inside)
        result = tried(os.rename, inside, f"{scene}/{target}")
        arrived = tried(_identity, f"{scene}/{target}") == identity
        found[target] = [result, arrived, kind(inside), kind(f"{scene}/{target}")]
        os.rename(f"{scene}/{target}" if arrived else inside, source)
    return found


def _place(scene, name):
    match name:
        case "other":
            put(f"{scene}/other", b"target\n")
        case "dir":
            os.mkdir(f"{scene}/dir")
            put(f"{scene}/dir/content", b"x")
        case "void2":
            os.mkdir(f"{scene}/void2")
        case "link":
            os.symlink("other", f"{scene}/link")
        case "dirlink":
            os.symlink("dir", f"{scene}/dirlink")
        case _:
            os.symlink("nowhere", f"{scene}/{name}")


@case
def file_onto_everything(): return _onto("file")


@case
def empty_file_onto_everything(): return _onto("empty")


@case
def directory_onto_everything(): return _onto("dir"), tree("dir")


@case
def empty_directory_onto_everything(): return _onto("void")


@case
def link_onto_everything(): return _onto("link"), tried(os.readlink, "link")


@case
def dangling_link_onto_everything(): return _onto("dangling"), tried(os.readlink, "dangling")


@case
def directory_link_onto_everything(): return _onto("dirlink"), tried(os.readlink, "dirlink")


@case
def fifo_onto_everything():
    os.mkfifo("fifo")
    return _onto("fifo")


@case
def everything_onto_a_file_of_the_fixture(): return [(name, tried(os.rename, name, "other"), kind(name), kind("other")) for name in THINGS]


@case
def everything_onto_an_empty_directory_of_the_fixture(): return [(name, tried(os.rename, name, "void2"), kind(name), kind("void2")) for name in THINGS]


@case
def everything_onto_a_full_directory_of_the_fixture(): return [(name, tried(os.rename, name, "dir"), kind(name)) for name in THINGS if name != "dir"], tree("dir")


@case
def everything_onto_a_link_of_the_fixture(): return [(name, tried(os.rename, name, "dangling"), kind(name), kind("dangling")) for name in THINGS if name != "dangling"]


@case
def file_within_its_directory(): return tried(os.rename, "file", "new"), kind("file"), content("new"), names()


@case
def file_into_another_directory(): return tried(os.rename, "file", "dir/sub/new"), kind("file"), content("dir/sub/new"), tried(os.rename, "dir/child", "child"), content("child"), tree("dir")


@case
def file_keeps_its_identity():
    identity = _identity("file")
    os.rename("file", "dir/new")
    return identity == _identity("dir/new")


@case
def directory_keeps_its_content(): return tried(os.rename, "dir", "moved"), tree("moved"), content("moved/child"), content("moved/sub/leaf"), kind("dir"), tried(os.stat, "dirlink")


@case
def directory_into_another(): return tried(os.rename, "dir", "void/dir"), tree("void"), content("void/dir/sub/leaf"), names("void/dir/.."), names("void/dir/../..")


@case
def directory_moved_and_changed():
    os.rename("dir", "moved")
    put("moved/child", b"changed")
    put("moved/new", b"new")
    os.unlink("moved/sub/leaf")
    os.rename("moved", "dir")
    return tree("dir"), content("dir/child"), content("dir/new"), kind("dir/sub/leaf")


@case
def directory_moved_and_a_new_one_in_its_place():
    os.rename("dir", "moved")
    os.mkdir("dir")
    put("dir/only", b"x")
    return names("dir"), names("moved"), kind("dir/child"), content("moved/child")


@case
def directory_swapped_by_three_renames():
    os.rename("dir", "tmp")
    os.rename("void", "dir")
    os.rename("tmp", "void")
    return tree("dir"), tree("void"), content("void/sub/leaf")


@case
def part_of_a_directory_moves_up(): return tried(os.rename, "dir/sub", "sub"), tree("dir"), tree("sub"), content("sub/leaf")


@case
def directory_into_itself(): return [tried(os.rename, "dir", name) for name in ("dir/new", "dir/sub/new", "dir/sub", "dirlink/new", "dir/.", "dir/..")], tree("dir")


@case
def directory_onto_its_parent(): return tried(os.rename, "dir/sub", "dir"), tried(os.rename, "dir/sub/leaf", "dir/sub"), tried(os.rename, "dir/child", "dir")


@case
def dots(): return [tried(os.rename, *pair) for pair in ((".", "x"), ("..", "x"), ("dir/.", "x"), ("dir/..", "x"), ("void", "."), ("void", ".."), ("void", "dir/."), ("void", "dir/.."))]


@case
def onto_itself(): return changes(lambda: os.rename("file", "file"), "file", "."), tried(os.rename, "dir", "dir"), tried(os.rename, "link", "link"), tried(os.rename, "missing", "missing")


@case
def onto_a_hard_link_of_itself():
    os.link("file", "again")
    return tried(os.rename, "file", "again"), kind("file"), kind("again"), links("again")


@case
def onto_a_hard_link_in_another_directory():
    os.link("file", "dir/again")
    return changes(lambda: os.rename("file", "dir/again"), ".", "dir"), kind("file"), links("dir/again")


@case
def onto_a_file_with_another_name():
    os.link("other", "kept")
    return tried(os.rename, "file", "other"), links("kept"), content("kept"), content("other")


@case
def missing_things(): return [tried(os.rename, *pair) for pair in (("missing", "x"), ("missing/x", "y"), ("file/x", "y"), ("file", "missing/x"), ("file", "other/x"), ("", "x"), ("file", ""), ("loop/x", "y"))]


@case
def trailing_slashes(): return [tried(os.rename, *pair) for pair in (("file/", "x"), ("file", "x/"), ("dir/", "moved"), ("void", "moved2/"), ("link/", "x"), ("dirlink/", "y"))], names()


@case
def over_an_open_file():
    fd = os.open("other", os.O_RDWR)
    os.rename("file", "other")
    os.write(fd, b"OLD")
    return os.pread(fd, 100, 0).decode(), os.fstat(fd).st_nlink, content("other")


@case
def of_an_open_file():
    fd = os.open("file", os.O_RDWR)
    os.rename("file", "dir/new")
    os.write(fd, b"JELLO")
    return content("dir/new"), os.readlink(f"/proc/self/fd/{fd}").endswith("/dir/new"), os.fstat(fd).st_nlink


@case
def of_an_open_directory():
    fd = os.open("dir", os.O_RDONLY)
    os.rename("dir", "void/moved")
    return sorted(os.listdir(fd)), opened("new", os.O_CREAT | os.O_WRONLY, dir_fd=fd), names("void/moved")


@case
def over_an_open_empty_directory():
    fd = os.open("void", os.O_RDONLY)
    os.rename("dir", "void")
    return os.listdir(fd), opened("x", os.O_CREAT | os.O_WRONLY, dir_fd=fd), tree("void")


@case
def over_a_directory_that_was_emptied():
    os.unlink("dir/sub/leaf")
    os.rmdir("dir/sub")
    os.unlink("dir/child")
    return tried(os.rename, "void", "dir"), tree("dir"), kind("void"), mode("dir")


@case
def stamps_within_a_directory(): return changes(lambda: os.rename("dir/child", "dir/new"), "dir", "dir/sub", ".")


@case
def stamps_between_directories(): return changes(lambda: os.rename("dir/child", "void/new"), "dir", "void", ".")


@case
def stamps_the_moved_file():
    before = os.stat("file").st_ctime_ns, os.stat("file").st_mtime_ns
    os.rename("file", "other")
    return os.stat("other").st_mtime_ns == before[1]


@case
def stamps_the_moved_directory(): return changes(lambda: os.rename("dir", "void/dir"), "void", "."), names("void")


@case
def noreplace_to_a_free_name(): return tried(renameat2, "file", "new", NOREPLACE), content("new"), kind("file")


@case
def noreplace_over_things(): return [tried(renameat2, "file", name, NOREPLACE) for name in ("other", "dir", "void", "link", "dangling", "loop", "file")], kind("file")


@case
def noreplace_of_a_directory(): return tried(renameat2, "dir", "void", NOREPLACE), tried(renameat2, "dir", "moved", NOREPLACE), tree("moved")


@case
def noreplace_after_unlink(): return tried(os.unlink, "other"), tried(renameat2, "file", "other", NOREPLACE), content("other")


@case
def exchange_of_files(): return tried(renameat2, "file", "other", EXCHANGE), content("file"), content("other")


@case
def exchange_of_file_and_directory(): return tried(renameat2, "file", "dir", EXCHANGE), content("dir"), tree("file")


@case
def exchange_of_directories(): return tried(renameat2, "dir", "void", EXCHANGE), tree("dir"), tree("void"), names("void/sub/..")


@case
def exchange_across_directories(): return tried(renameat2, "dir/sub", "void", EXCHANGE), tree("dir"), tree("void"), names("void/..")


@case
def exchange_of_link_and_file(): return tried(renameat2, "link", "file", EXCHANGE), kind("link"), kind("file"), tried(os.readlink, "file")


@case
def exchange_with_something_missing(): return tried(renameat2, "file", "missing", EXCHANGE), tried(renameat2, "missing", "file", EXCHANGE), content("file")


@case
def exchange_with_its_own_directory(): return tried(renameat2, "dir", "dir/sub", EXCHANGE), tried(renameat2, "dir/sub", "dir", EXCHANGE), tree("dir")


@case
def exchange_with_itself(): return tried(renameat2, "file", "file", EXCHANGE), content("file")


@case
def exchange_of_hard_links():
    os.link("file", "again")
    return tried(renameat2, "file", "again", EXCHANGE), links("file"), same_file("file", "again")


@case
def exchange_stamps(): return changes(lambda: renameat2("dir/child", "void", EXCHANGE), "dir", ".", "dir/sub")


@case
def exchange_twice(): return tried(renameat2, "dir", "file", EXCHANGE), tried(renameat2, "dir", "file", EXCHANGE), content("file"), tree("dir")


@case
def whiteout(): return tried(renameat2, "file", "new", WHITEOUT), kind("file"), kind("new")


@case
def flags_that_do_not_go_together(): return tried(renameat2, "file", "new", NOREPLACE | EXCHANGE), tried(renameat2, "file", "new", EXCHANGE | WHITEOUT), tried(renameat2, "file", "new", 1 << 10), names()


@case
def by_directory_descriptors():
    one, two = os.open("dir", os.O_RDONLY), os.open("void", os.O_RDONLY)
    os.rename("child", "moved", src_dir_fd=one, dst_dir_fd=two)
    return content("void/moved"), names("dir")


@case
def back_and_forth():
    for _ in range(20):
        os.rename("file", "new")
        os.rename("new", "file")
    return content("file"), names()


@case
def round_robin_of_many():
    for index in range(50):
        put(f"dir/f{index:02}", str(index).encode())
    for index in range(49):
        os.rename(f"dir/f{index:02}", f"dir/f{index + 1:02}")
    return names("dir"), content("dir/f49")


@case_of_created
def atomic_replace_is_never_absent():
    """While one process replaces a file by rename, another never finds it missing or torn."""
    pid = os.fork()
    if pid == 0:
        for index in range(200):
            put("new", bytes([65 + index % 26]) * 100)
            os.rename("new", "file")
        os._exit(0)
    bad = 0
    while os.waitpid(pid, os.WNOHANG)[0] == 0:
        try:
            with open("file", "rb") as file:
                data = file.read()
            bad += len(set(data)) != 1 and data != b"hello, world\n"
        except FileNotFoundError:
            bad += 1
    return bad, seen("file")


@case
def exchange_under_open_descriptors():
    one, two = os.open("file", os.O_RDWR), os.open("other", os.O_RDWR)
    renameat2("file", "other", EXCHANGE)
    os.pwrite(one, b"ONE", 0)
    os.pwrite(two, b"TWO", 0)
    return content("file"), content("other"), os.path.basename(os.readlink(f"/proc/self/fd/{one}"))


@case
def long_way_round():
    """A directory that moves, is emptied, removed, made again and moved back holds what was put in last."""
    os.rename("dir", "void/dir")
    os.unlink("void/dir/child")
    os.rename("void/dir/sub", "sub")
    os.rmdir("void/dir")
    os.mkdir("void/dir")
    os.rename("sub", "void/dir/child")
    os.rename("void/dir", "dir")
    return tree("dir"), content("dir/child/leaf"), tree("void")


@case
def over_a_name_that_was_unlinked(): return tried(os.unlink, "other"), tried(os.rename, "file", "other"), content("other"), names()


@case
def directory_over_a_name_that_was_removed(): return tried(os.rmdir, "void"), tried(os.rename, "dir", "void"), tree("void"), tried(os.mkdir, "dir"), tree("dir")


def _changed_ctime(action, before, after):
    old = {path: os.lstat(path).st_ctime_ns for path in before}
    pause()
    action()
    return [os.lstat(new).st_ctime_ns != old[path] for path, new in zip(before, after)]


@case
def stamps_ctime_of_what_moved():
    moves = (("file", "new"), ("link", "newlink"), ("void", "newvoid"), ("dir", "void2/dir"))
    return [_changed_ctime(lambda: os.rename(*move), move[:1], move[1:]) for move in moves]


@case
def stamps_ctime_of_what_was_exchanged(): return _changed_ctime(lambda: renameat2("file", "dir", EXCHANGE), ("file", "dir"), ("dir", "file"))


@case
def stamps_ctime_of_what_lost_a_name():
    os.link("other", "kept")
    return _changed_ctime(lambda: os.rename("file", "other"), ("kept",), ("kept",))
