import os

from ..calls import AT_EMPTY_PATH, AT_FDCWD, AT_REMOVEDIR, unlinkat
from ..cases import case
from ..observing import child, content, kind, names, of_stat, opened, put, seen, tree, tried


def _dir(path="dir"):
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY)


@case
def opening(): return opened("child", os.O_RDONLY, dir_fd=_dir()), opened("new", os.O_CREAT | os.O_WRONLY, dir_fd=_dir()), opened("../file", os.O_RDONLY, dir_fd=_dir()), names("dir")


@case
def by_a_path_descriptor(): return opened("child", os.O_RDONLY, dir_fd=os.open("dir", os.O_PATH)), tried(os.mkdir, "new", dir_fd=os.open("dir", os.O_PATH)), names("dir")


@case
def by_a_file(): return opened("x", os.O_RDONLY, dir_fd=os.open("file", os.O_RDONLY)), tried(os.mkdir, "x", dir_fd=os.open("file", os.O_RDONLY)), opened("x", os.O_RDONLY, dir_fd=999)


@case
def absolute_paths_ignore_the_descriptor(): return opened(os.path.abspath("file"), os.O_RDONLY, dir_fd=999)


@case
def making_and_removing():
    fd = _dir()
    return (tried(os.mkdir, "newdir", 0o700, dir_fd=fd), tried(os.mkfifo, "fifo", dir_fd=fd), tried(os.symlink, "child", "newlink", dir_fd=fd), tried(os.readlink, "newlink", dir_fd=fd),
            tree("dir"), tried(os.unlink, "child", dir_fd=fd), tried(os.rmdir, "newdir", dir_fd=fd), tried(unlinkat, fd, "sub", AT_REMOVEDIR), tried(unlinkat, fd, "sub", 0), names("dir"))


@case
def attributes():
    fd = _dir()
    return (tried(os.chmod, "child", 0o600, dir_fd=fd), tried(os.chown, "child", -1, -1, dir_fd=fd), tried(lambda: os.utime("child", ns=(1, 2), dir_fd=fd)),
            tried(lambda: of_stat(os.stat("child", dir_fd=fd))), os.stat("child", dir_fd=fd).st_mtime_ns)


@case
def of_a_moved_directory():
    fd = _dir()
    os.rename("dir", "void/moved")
    put("dir", b"a file now")
    return opened("child", os.O_RDONLY, dir_fd=fd), opened("new", os.O_CREAT | os.O_WRONLY, dir_fd=fd), names("void/moved"), tried(lambda: sorted(os.listdir(os.open("..", os.O_RDONLY, dir_fd=fd))))


@case
def renaming_between():
    one, two = _dir(), _dir("void")
    return tried(os.rename, "child", "arrived", src_dir_fd=one, dst_dir_fd=two), tried(os.link, "arrived", "back", src_dir_fd=two, dst_dir_fd=one), content("dir/back"), tree("void")


@case
def stat_of_the_descriptor_itself():
    fd = _dir()
    return of_stat(os.fstat(fd)), tried(lambda: os.path.samestat(os.stat("", dir_fd=fd), os.stat("dir"))), AT_EMPTY_PATH, AT_FDCWD


@case
def change_directory_by_descriptor():
    start = os.getcwd()
    os.fchdir(_dir("dir/sub"))
    return os.path.relpath(os.getcwd(), start), names(), tried(os.fchdir, os.open("leaf", os.O_RDONLY))


@case
def names_of_descriptors():
    start = os.getcwd()
    fds = [os.open(name, os.O_RDONLY) for name in ("file", "dir", "link", "dirlink/child", "dir/sub/../child")]
    return [os.path.relpath(os.readlink(f"/proc/self/fd/{fd}"), start) for fd in fds], os.path.relpath(os.readlink("/proc/self/cwd"), start)


@case
def names_of_descriptors_after_changes():
    start = os.getcwd()
    file, directory, inside = os.open("file", os.O_RDONLY), _dir(), os.open("dir/sub/leaf", os.O_RDONLY)
    os.rename("dir", "moved")
    os.unlink("file")
    return [os.path.relpath(os.readlink(f"/proc/self/fd/{fd}"), start) for fd in (file, directory, inside)]


@case
def descriptors_as_paths():
    fd = _dir()
    return names(f"/proc/self/fd/{fd}"), content(f"/proc/self/fd/{fd}/child"), opened(f"/proc/self/fd/{fd}/new", os.O_CREAT | os.O_WRONLY), seen("dir/new")


@case
def descriptors_of_another_process():
    fd = os.open("file", os.O_RDWR)
    pid = os.getpid()
    return child(lambda: os.pread(os.open(f"/proc/{pid}/fd/{fd}", os.O_RDONLY), 5, 0).decode()), kind("file")


@case
def root_of_path_resolution(): return os.path.samestat(os.stat("/.."), os.stat("/")), tried(os.stat, "//" + os.getcwd().lstrip("/") + "/./dir//child") != "ENOENT"
