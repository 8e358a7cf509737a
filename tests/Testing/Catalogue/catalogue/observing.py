"""How cases observe: outcomes as errno names, attributes without what depends on the place."""
import errno
import os
import stat
import time

from .cases import NotApplicable

OTHER_UID, OTHER_GID, THIRD_UID, THIRD_GID = 1001, 1002, 1003, 1004
_TYPES = {stat.S_IFREG: "file", stat.S_IFDIR: "dir", stat.S_IFLNK: "link", stat.S_IFIFO: "fifo", stat.S_IFSOCK: "socket", stat.S_IFCHR: "char", stat.S_IFBLK: "block"}


def tried(call, *arguments, **named):
    """What the call returned ("ok" for nothing), or the errno's name."""
    try:
        result = call(*arguments, **named)
    except OSError as failure:
        return errno.errorcode.get(failure.errno, str(failure))
    if isinstance(result, bytes):
        return text(result)
    return "ok" if result is None else result


def opened(path, flags, mode=0o666, **named):
    """Whether the file can be opened; it is closed again."""
    try:
        os.close(os.open(path, flags, mode, **named))
        return "ok"
    except OSError as failure:
        return errno.errorcode[failure.errno]


def text(data):
    """Bytes as text; long ones as their length and a sum."""
    return data.decode("latin-1") if len(data) <= 80 else f"{len(data)} bytes, sum {sum(data)}, ends {data[-8:].hex()}"


def content(path):
    """The file's bytes, or the errno's name."""
    return tried(_read_all, path)


def _read_all(path):
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        parts = []
        while part := os.read(fd, 1 << 20):
            parts.append(part)
        return b"".join(parts)
    finally:
        os.close(fd)


def put(path, data, mode=0o644):
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        os.write(fd, data)
    finally:
        os.close(fd)


def kind(path):
    return tried(lambda: _TYPES[stat.S_IFMT(os.lstat(path).st_mode)])


def mode(path):
    return tried(lambda: oct(stat.S_IMODE(os.lstat(path).st_mode)))


def size(path):
    return tried(lambda: os.lstat(path).st_size)


def links(path):
    return tried(lambda: os.lstat(path).st_nlink)


def seen(path):
    """Type, permissions, owner, and for files also size and links."""
    return tried(lambda: of_stat(os.lstat(path)))


def of_stat(status):
    what = _TYPES[stat.S_IFMT(status.st_mode)]
    line = f"{what} {stat.S_IMODE(status.st_mode):o} {status.st_uid}:{status.st_gid}"
    return line if what == "dir" else f"{line} size {status.st_size} links {status.st_nlink}"


def same_file(one, two):
    return tried(lambda: os.path.samestat(os.lstat(one), os.lstat(two)))


def names(path="."):
    return tried(lambda: sorted(os.listdir(path)))


def tree(path="."):
    """All paths below, sorted, with their kinds."""
    found = []
    for directory, below, files in os.walk(path):
        for name in below + files:
            full = os.path.join(directory, name)
            found.append(f"{os.path.relpath(full, path)} {kind(full)}")
    return sorted(found)


def pause():
    """Longer than the clock tick by which file systems stamp."""
    time.sleep(0.012)


def changes(action, *paths):
    """Which of mtime and ctime of each path the action moved, and what it returned."""
    before = {path: _times(path) for path in paths}
    pause()
    result = tried(action)
    found = {}
    for path in paths:
        after = _times(path)
        old = before[path]
        if after is None or old is None:
            found[path] = "gone" if after is None else "new"
        else:
            found[path] = " ".join(name for name, one, two in zip(("mtime", "ctime"), old, after) if one != two) or "none"
    return {"result": result, **found}


def _times(path):
    try:
        status = os.lstat(path)
        return status.st_mtime_ns, status.st_ctime_ns
    except OSError:
        return None


def child(function):
    """What the function returns, run in a child: its locks, descriptors and ids are its own."""
    from .running import run_in_child
    return run_in_child(function, 30)


def as_ids(uid, gid, groups, function):
    """What the function returns, run by another user."""
    if os.geteuid() != 0 or not can_change_ids():
        raise NotApplicable("this user has no second uid")

    def run():
        os.setgroups(groups)
        os.setresgid(gid, gid, gid)
        os.setresuid(uid, uid, uid)
        return function()

    return child(run)


def as_other(function):
    return as_ids(OTHER_UID, OTHER_GID, [], function)


_ids = None


def can_change_ids():
    """Whether this user namespace has the other ids, and the right to become them."""
    global _ids
    if _ids is None:
        pid = os.fork()
        if pid == 0:
            try:
                os.setgroups([])
                os.setresgid(THIRD_GID, THIRD_GID, THIRD_GID)
                os.setresuid(OTHER_UID, OTHER_UID, OTHER_UID)
            except OSError:
                os._exit(1)
            os._exit(0)
        _ids = os.waitpid(pid, 0)[1] == 0
    return _ids


def needs_second_uid():
    if os.geteuid() != 0 or not can_change_ids():
        raise NotApplicable("this user has no second uid")
