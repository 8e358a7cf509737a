"""What every case finds in its directory."""
import os

TEXT = b"hello, world\n"
BIG = bytes(index * 7 % 251 for index in range(200_000))
PROGRAM = b"#!/usr/bin/python3 -SE\nraise SystemExit(42)\n"


def make(directory):
    os.mkdir(directory)
    old = os.umask(0o022)
    fd = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for name, data, mode in (("file", TEXT, 0o644), ("other", b"other\n", 0o644), ("empty", b"", 0o644), ("big", BIG, 0o644), ("program", PROGRAM, 0o755)):
            _write(fd, name, data, mode)
        for name in ("dir", "dir/sub", "void", "void2"):
            os.mkdir(name, 0o755, dir_fd=fd)
        _write(fd, "dir/child", b"child\n", 0o644)
        _write(fd, "dir/sub/leaf", b"leaf\n", 0o644)
        for target, name in (("file", "link"), ("nowhere", "dangling"), ("dir", "dirlink"), ("loop", "loop")):
            os.symlink(target, name, dir_fd=fd)
    finally:
        os.close(fd)
        os.umask(old)


def change(directory):
    """Changes everything and changes it back: what remains to be seen is the same."""
    fd = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for name in ("file", "other", "big", "program", "dir/child", "dir/sub/leaf"):
            file = os.open(name, os.O_RDWR, dir_fd=fd)
            os.pwrite(file, os.pread(file, 3, 5), 5)
            os.close(file)
        for name in ("file", "empty", "dir", "link", "dirlink", "dangling", "dir/sub"):
            os.rename(name, "away", src_dir_fd=fd, dst_dir_fd=fd)
            os.rename("away", name, src_dir_fd=fd, dst_dir_fd=fd)
        for name in ("void", "void2"):
            os.rmdir(name, dir_fd=fd)
            os.mkdir(name, 0o755, dir_fd=fd)
    finally:
        os.close(fd)


def _write(fd, name, data, mode):
    file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode, dir_fd=fd)
    try:
        os.write(file, data)
    finally:
        os.close(file)
