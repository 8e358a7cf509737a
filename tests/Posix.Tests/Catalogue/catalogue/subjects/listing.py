import os

from ..calls import Directory
from ..cases import case, case_of_created
from ..observing import content, kind, names, put, tried


def _all(path):
    directory = Directory(path)
    found = []
    while (entry := directory.read()) is not None:
        found.append(entry)
    directory.close()
    return found


@case
def names_and_types(): return sorted((name, kind_) for name, kind_, _ in _all("."))


@case
def types_of_everything():
    import socket
    os.mkfifo("dir/fifo")
    socket.socket(socket.AF_UNIX).bind("dir/socket")
    os.symlink("x", "dir/newlink")
    return sorted((name, kind_) for name, kind_, _ in _all("dir"))


@case
def inodes_are_those_of_stat(): return sorted((name, inode == os.lstat(f"./{name}").st_ino) for name, _, inode in _all(".") if name != "..")


@case
def inode_of_the_parent(): return [inode == os.stat("dir/..").st_ino for name, _, inode in _all("dir") if name == ".."]


@case
def inodes_differ():
    inodes = [inode for name, _, inode in _all(".") if name not in (".", "..")]
    return len(inodes), len(set(inodes))


@case
def of_an_empty_directory(): return sorted(name for name, _, _ in _all("void"))


@case
def of_wrong_things(): return [tried(os.listdir, name) for name in ("file", "link", "dangling", "missing", "loop", "")], names("dirlink")


@case
def of_a_write_only_or_path_descriptor(): return tried(os.listdir, os.open("file", os.O_WRONLY)), tried(os.listdir, os.open("dir", os.O_PATH))


@case
def after_changes():
    os.unlink("dir/child")
    put("dir/new", b"x")
    os.rename("dir/sub", "dir/renamed")
    os.mkdir("dir/child")
    return sorted((name, kind_) for name, kind_, _ in _all("dir"))


@case
def rewind_shows_new_names():
    directory = Directory("dir")
    first = directory.names()
    put("dir/new", b"x")
    os.unlink("dir/child")
    at_end = directory.read()
    directory.rewind()
    return sorted(first), at_end, sorted(directory.names())


@case
def positions_lead_back():
    directory = Directory(".")
    entries, positions = [], []
    while True:
        positions.append(directory.tell())
        entry = directory.read()
        if entry is None:
            break
        entries.append(entry[0])
    good = 0
    for index in (0, 5, 2, len(entries) - 1, 1, 7):
        directory.seek(positions[index])
        good += directory.read()[0] == entries[index]
    directory.seek(positions[-1])
    return good, directory.read()


@case
def positions_lead_back_after_changes():
    directory = Directory(".")
    directory.read()
    position = directory.tell()
    rest = directory.names()
    for name in ("file", "empty"):
        os.unlink(name)
    put("brandnew", b"x")
    directory.seek(position)
    again = directory.names()
    return set(rest) - {"file", "empty", "brandnew"} <= set(again), len(again) == len(set(again))


@case_of_created
def many_entries():
    os.mkdir("many")
    for index in range(1500):
        os.mknod(f"many/entry-{index:05}")
    found = [name for name, _, _ in _all("many")]
    return len(found), len(set(found)), len(os.listdir("many"))


@case
def many_entries_beside_inputs():
    for index in range(300):
        os.mknod(f"dir/entry-{index:05}-{'x' * 40}")
    found = [name for name, _, _ in _all("dir")]
    return len(found), len(set(found)), "child" in found and "sub" in found


@case_of_created
def unlinking_while_reading():
    os.mkdir("many")
    for index in range(700):
        os.mknod(f"many/{index}")
    directory = Directory("many")
    removed = 0
    while (entry := directory.read()) is not None:
        if entry[0] not in (".", ".."):
            os.unlink("many/" + entry[0])
            removed += 1
    return removed, tried(os.rmdir, "many")


@case
def unlinking_inputs_while_reading():
    directory = Directory("dir")
    seen_names = []
    while (entry := directory.read()) is not None:
        seen_names.append(entry[0])
        if entry[0] == "child":
            os.unlink("dir/child")
    return sorted(seen_names), names("dir")


@case_of_created
def creating_while_reading_ends():
    os.mkdir("many")
    for index in range(300):
        os.mknod(f"many/{index}")
    directory = Directory("many")
    found = []
    while (entry := directory.read()) is not None:
        found.append(entry[0])
        if len(found) < 400:
            os.mknod(f"many/new-{len(found)}")
    old = [name for name in found if not name.startswith("new-")]
    return len(old), len(set(found)) == len(found)


@case_of_created
def renaming_while_reading_keeps_the_others():
    os.mkdir("many")
    for index in range(300):
        os.mknod(f"many/{index:03}")
    directory = Directory("many")
    found = []
    while (entry := directory.read()) is not None:
        found.append(entry[0])
        if entry[0] == "100":
            os.rename("many/100", "many/moved")
    return sorted(set(found) - {"100", "moved"}) == [".", ".."] + [f"{index:03}" for index in range(300) if index != 100]


@case
def removed_directory_while_reading():
    directory = Directory("void")
    first = directory.read()[0] in (".", "..")
    os.rmdir("void")
    directory.rewind()
    return first, tried(directory.names)


@case
def two_readers_at_once():
    one, two = Directory("."), Directory(".")
    one.read()
    two.read()
    one.read()
    return len(one.names()), len(two.names())


@case
def walk():
    found = [(path, sorted(directories), sorted(files)) for path, directories, files in os.walk(".")]
    return sorted(found), content("dir/sub/leaf")


@case
def entries_have_kinds(): return [(name, kind(name)) for name in sorted(os.listdir("."))]


@case
def hard_links_have_one_inode():
    os.link("file", "dir/again")
    inodes = {name: inode for name, _, inode in _all("dir")}
    return inodes["again"] == os.stat("file").st_ino == os.stat("dir/again").st_ino


@case
def inodes_stay_over_changes():
    before = {name: os.lstat(name).st_ino for name in ("file", "dir", "link", "dir/child")}
    put("file", b"changed")
    os.chmod("dir", 0o700)
    os.rename("dir", "void/moved")
    os.rename("link", "moved")
    now = {"file": "file", "dir": "void/moved", "link": "moved", "dir/child": "void/moved/child"}
    return [os.lstat(path).st_ino == before[name] for name, path in now.items()]
