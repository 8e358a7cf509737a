import os

from ..cases import case, case_of_created
from ..observing import changes, content, kind, opened, put, tried

CREATE, REPLACE = os.XATTR_CREATE, os.XATTR_REPLACE


def _set(path, name, value, flags=0, **named):
    return tried(os.setxattr, path, name, value, flags, **named)


def _get(path, name, **named):
    return tried(os.getxattr, path, name, **named)


def _list(path, **named):
    return tried(lambda: sorted(name for name in os.listxattr(path, **named) if name.startswith("user.")))


@case
def set_and_get(): return _set("file", "user.a", b"value"), _get("file", "user.a"), _list("file")


@case
def none_at_first(): return _list("file"), _list("dir"), _get("file", "user.a"), _get("dir", "user.a")


@case
def of_a_directory(): return _set("dir", "user.a", b"value"), _get("dir", "user.a"), _list("dir"), tried(os.removexattr, "dir", "user.a"), _list("dir")


@case
def replaced(): return _set("file", "user.a", b"one"), _set("file", "user.a", b"another"), _get("file", "user.a")


@case
def several():
    for index in range(20):
        os.setxattr("file", f"user.n{index:02}", str(index).encode())
    os.removexattr("file", "user.n07")
    return _list("file"), _get("file", "user.n13")


@case
def create_and_replace_flags():
    return (_set("file", "user.a", b"1", REPLACE), _set("file", "user.a", b"2", CREATE), _set("file", "user.a", b"3", CREATE), _set("file", "user.a", b"4", REPLACE),
            _get("file", "user.a"), _set("file", "user.b", b"5", CREATE | REPLACE), _set("file", "user.b", b"5", 8), _list("file"))


@case
def remove(): return _set("file", "user.a", b"x"), tried(os.removexattr, "file", "user.a"), _get("file", "user.a"), tried(os.removexattr, "file", "user.a"), _list("file")


@case
def empty_value(): return _set("file", "user.a", b""), _get("file", "user.a"), _list("file")


@case
def binary_value(): return _set("file", "user.a", bytes(range(256))), _get("file", "user.a")


@case
def value_sizes(): return [(_set("file", "user.a", b"x" * length), tried(lambda: len(os.getxattr("file", "user.a")))) for length in (1, 100, 1000, 3000)]


@case
def value_too_large_for_the_kernel(): return _set("file", "user.a", b"x" * 65_537), _list("file")


@case
def name_lengths(): return [(_set("file", "user." + "n" * length, b"x"), _get("file", "user." + "n" * length)) for length in (1, 100, 250, 251)]


@case
def name_without_a_rest(): return _set("file", "user.", b"x"), _set("file", "", b"x"), _set("file", "user", b"x"), _get("file", "user.")


@case
def odd_names(): return _set("file", "user.ünï", b"x"), _set("file", "user.a b\n", b"y"), _list("file"), _get("file", "user.a b\n")


@case
def names_differ_by_case(): return _set("file", "user.a", b"1"), _set("file", "user.A", b"2"), _list("file"), _get("file", "user.a")


@case
def unknown_namespace(): return _set("file", "unknown.a", b"x"), _get("file", "unknown.a"), tried(os.removexattr, "file", "unknown.a"), _set("file", "noprefix", b"x")


@case
def trusted_namespace(): return _set("file", "trusted.a", b"x"), _get("file", "trusted.a"), tried(os.removexattr, "file", "trusted.a")


@case
def security_namespace(): return _get("file", "security.unknown"), _get("file", "security.capability"), tried(os.removexattr, "file", "security.capability")


@case
def access_lists(): return _get("file", "system.posix_acl_access"), _get("dir", "system.posix_acl_default"), _set("file", "system.posix_acl_access", b"nonsense"), _set("file", "system.unknown", b"x")


@case
def through_a_link(): return _set("link", "user.a", b"x"), _get("file", "user.a"), _list("link"), _get("dangling", "user.a"), _get("loop", "user.a")


@case
def of_a_link_itself():
    named = {"follow_symlinks": False}
    return _set("link", "user.a", b"x", **named), _get("link", "user.a", **named), _list("link", **named), tried(os.removexattr, "link", "user.a", **named), _set("dangling", "user.a", b"x", **named)


@case
def of_a_fifo():
    os.mkfifo("fifo")
    return _set("fifo", "user.a", b"x"), _get("fifo", "user.a")


@case
def of_missing_things(): return [_get(name, "user.a") for name in ("missing", "missing/x", "file/x", "")], _set("missing", "user.a", b"x"), _list("missing")


@case
def by_descriptor():
    fd = os.open("file", os.O_RDONLY)
    path = os.open("file", os.O_PATH)
    return _set(fd, "user.a", b"x"), _get(fd, "user.a"), _list(fd), tried(os.removexattr, fd, "user.a"), _get(path, "user.a"), _set(path, "user.a", b"x")


@case
def short_buffers():
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    os.setxattr("file", "user.a", b"12345")
    os.setxattr("file", "user.b", b"")
    buffer = ctypes.create_string_buffer(100)

    def call(function, *arguments):
        result = function(*arguments)
        return os.strerror(ctypes.get_errno()) if result < 0 else result

    return (call(libc.getxattr, b"file", b"user.a", buffer, 4), call(libc.getxattr, b"file", b"user.a", buffer, 5), call(libc.getxattr, b"file", b"user.a", None, 0),
            call(libc.listxattr, b"file", buffer, 3), call(libc.listxattr, b"file", None, 0) >= 14, call(libc.getxattr, b"file", b"user.b", None, 0))


@case
def stamps(): return changes(lambda: os.setxattr("file", "user.a", b"x"), "file", "."), changes(lambda: os.removexattr("file", "user.a"), "file"), changes(lambda: os.setxattr("dir", "user.a", b"x"), "dir", ".")


@case
def failure_stamps_nothing(): return changes(lambda: os.removexattr("file", "user.a"), "file"), changes(lambda: os.setxattr("file", "user.a", b"x", REPLACE), "file")


@case
def survive_writing_and_renaming():
    os.setxattr("file", "user.a", b"kept")
    put("file", b"new content")
    os.rename("file", "dir/new")
    os.link("dir/new", "again")
    return _get("dir/new", "user.a"), _get("again", "user.a"), content("again")


@case
def of_a_moved_directory():
    os.setxattr("dir", "user.a", b"kept")
    os.rename("dir", "void/dir")
    return _get("void/dir", "user.a"), _list("void"), kind("void/dir/child")


@case
def gone_with_the_file():
    os.setxattr("file", "user.a", b"x")
    os.unlink("file")
    put("file", b"new")
    return _list("file")


@case
def gone_with_a_replaced_file():
    os.setxattr("other", "user.a", b"x")
    os.setxattr("file", "user.b", b"y")
    os.rename("file", "other")
    return _list("other")


@case
def of_an_unlinked_file():
    fd = os.open("file", os.O_RDWR)
    os.setxattr("file", "user.a", b"x")
    os.unlink("file")
    return _get(fd, "user.a"), _set(fd, "user.b", b"y"), _list(fd)


@case
def of_a_file_that_cannot_be_written():
    os.chmod("file", 0o444)
    return _set("file", "user.a", b"x"), opened("file", os.O_RDONLY)


@case
def of_a_file_that_cannot_be_read():
    os.setxattr("file", "user.a", b"x")
    os.chmod("file", 0o200)
    return _get("file", "user.a"), _set("file", "user.b", b"x"), _list("file")


@case
def do_not_copy_the_data():
    os.setxattr("big", "user.a", b"x")
    return content("big"), _get("big", "user.a")


@case_of_created
def seen_by_another_process():
    from ..observing import child
    child(lambda: os.setxattr("file", "user.a", b"by a child"))
    return _get("file", "user.a"), child(lambda: _get("file", "user.a"))


@case
def of_hard_links_are_one():
    os.link("file", "dir/again")
    os.setxattr("dir/again", "user.a", b"x")
    os.unlink("dir/again")
    return _get("file", "user.a")


@case
def go_with_an_exchange():
    from ..calls import EXCHANGE, renameat2
    os.setxattr("file", "user.a", b"file")
    os.setxattr("dir", "user.a", b"dir")
    renameat2("file", "dir", EXCHANGE)
    return _get("file", "user.a"), _get("dir", "user.a"), kind("file")
