import os

from ..calls import AT_EMPTY_PATH, AT_FDCWD, AT_SYMLINK_FOLLOW, linkat
from ..cases import case, case_of_created
from ..observing import changes, content, kind, links, mode, names, opened, put, same_file, seen, tried


@case
def to_a_file(): return tried(os.link, "file", "again"), links("file"), links("again"), same_file("file", "again"), content("again")


@case
def into_another_directory(): return tried(os.link, "file", "dir/again"), tried(os.link, "dir/child", "void/again"), links("file"), content("void/again"), names("void")


@case
def writes_show_in_both():
    os.link("file", "again")
    put("again", b"written by one name")
    os.chmod("file", 0o600)
    return content("file"), content("again"), mode("again")


@case
def writes_by_an_earlier_descriptor_show():
    fd = os.open("file", os.O_RDWR)
    os.link("file", "again")
    os.write(fd, b"JELLO")
    return content("again"), content("file")


@case
def first_name_goes(): return tried(os.link, "big", "again"), tried(os.unlink, "big"), content("again"), links("again"), opened("again", os.O_RDWR)


@case
def second_name_goes(): return tried(os.link, "file", "again"), tried(os.unlink, "again"), content("file"), links("file")


@case
def renamed_name_stays_linked(): return tried(os.link, "file", "again"), tried(os.rename, "again", "dir/third"), same_file("file", "dir/third"), links("file")


@case
def to_directories(): return [tried(os.link, name, "again") for name in ("dir", "void", ".", "..")]


@case
def to_things_that_are_not_there(): return [tried(os.link, name, "again") for name in ("missing", "missing/x", "file/x", "file/", "")]


@case
def over_existing(): return [tried(os.link, "file", name) for name in ("file", "other", "dir", "void", "link", "dangling", "loop", ".", "dir/")]


@case
def into_missing_places(): return [tried(os.link, "file", name) for name in ("missing/x", "other/x", "new/", "dangling/x", "")]


@case
def to_a_symbolic_link_itself():
    done = tried(linkat, AT_FDCWD, "link", AT_FDCWD, "again", 0)
    return done, kind("again"), tried(os.readlink, "again"), links("link")


@case
def to_a_dangling_link_itself(): return tried(linkat, AT_FDCWD, "dangling", AT_FDCWD, "again", 0), kind("again"), same_file("dangling", "again")


@case
def to_what_a_link_leads_to(): return tried(linkat, AT_FDCWD, "link", AT_FDCWD, "again", AT_SYMLINK_FOLLOW), same_file("file", "again"), kind("again")


@case
def to_what_a_dangling_link_leads_to(): return tried(linkat, AT_FDCWD, "dangling", AT_FDCWD, "again", AT_SYMLINK_FOLLOW), tried(linkat, AT_FDCWD, "dirlink", AT_FDCWD, "again", AT_SYMLINK_FOLLOW)


@case
def by_a_descriptor():
    fd = os.open("file", os.O_RDONLY)
    return tried(linkat, fd, "", AT_FDCWD, "again", AT_EMPTY_PATH), same_file("file", "again")


@case
def unknown_flag(): return tried(linkat, AT_FDCWD, "file", AT_FDCWD, "again", 0x4000000)


@case
def stamps_file_and_directory(): return changes(lambda: os.link("file", "dir/again"), "file", "dir", ".")


@case
def failure_stamps_nothing(): return changes(lambda: os.link("file", "other"), "file", "other", ".")


@case
def to_a_fifo():
    os.mkfifo("fifo", 0o600)
    return tried(os.link, "fifo", "again"), kind("again"), links("fifo")


@case
def many_names_of_one_file():
    for index in range(150):
        os.link("file", f"dir/n{index}")
    put("dir/n77", b"all")
    return links("file"), content("file"), [tried(os.unlink, f"dir/n{index}") for index in range(150)].count("ok"), links("file")


@case
def by_directory_descriptors():
    one, two = os.open("dir", os.O_RDONLY), os.open("void", os.O_RDONLY)
    os.link("child", "linked", src_dir_fd=one, dst_dir_fd=two)
    return same_file("dir/child", "void/linked"), seen("void/linked")


@case_of_created
def link_of_a_link_of_a_link():
    put("a", b"x")
    for one, two in ("ab", "bc", "cd"):
        os.link(one, two)
    os.unlink("b")
    return links("a"), links("d"), same_file("a", "d")
