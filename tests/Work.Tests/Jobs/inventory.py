"""Lists what is below a directory: kind, mode, owner, size, links and content of each name.

usage: inventory.py [--times | --file-times] [--holes] [--attributes] [-x GLOB]... DIRECTORY
--file-times leaves out directories, whose entries may have come later than their times were set.
Names that share a file are told by the first of them. GLOB is matched with the path below DIRECTORY.
"""
import fnmatch
import hashlib
import os
import stat
import sys


def data_ranges(descriptor, size):
    """Where a file has data, and not holes: "0-4096 8192-12288"."""
    ranges = []
    position = 0
    while position < size:
        try:
            start = os.lseek(descriptor, position, os.SEEK_DATA)
        except OSError:  # ENXIO: only a hole is left
            break
        position = os.lseek(descriptor, start, os.SEEK_HOLE)
        ranges.append(f"{start}-{position}")
    os.lseek(descriptor, 0, os.SEEK_SET)
    return " ".join(ranges) or "none"


def content(path, size, holes):
    digest = hashlib.sha256()
    with open(path, "rb", buffering=0) as file:
        where = " data " + data_ranges(file.fileno(), size) if holes else ""
        total = 0
        while block := file.read(1 << 20):
            digest.update(block)
            total += len(block)
    if total != size:
        raise SystemExit(f"{path}: stat says {size} bytes, reading gave {total}")
    return digest.hexdigest() + where


def main(arguments):
    options = set()
    patterns = []
    while arguments[0].startswith("-"):
        option = arguments.pop(0)
        if option == "-x":
            patterns.append(arguments.pop(0))
        else:
            options.add(option)
    os.chdir(arguments[0])
    first_names = {}
    names = []
    for directory, directories, files in os.walk("."):
        names += [os.path.join(directory, name)[2:] for name in directories + files]
    for name in sorted(names):
        status = os.lstat(name)
        row = [name, stat.filemode(status.st_mode), f"{status.st_uid}:{status.st_gid}"]
        if "--times" in options or "--file-times" in options and not stat.S_ISDIR(status.st_mode):
            row.append(f"{status.st_mtime_ns}")
        if "--attributes" in options:
            attributes = sorted(os.listxattr(name, follow_symlinks=False))
            row.append(repr([(key, os.getxattr(name, key, follow_symlinks=False)) for key in attributes]))
        if stat.S_ISLNK(status.st_mode):
            row.append("-> " + os.readlink(name))
        elif not stat.S_ISDIR(status.st_mode):
            row.append(f"links {status.st_nlink} of {first_names.setdefault((status.st_dev, status.st_ino), name)}")
            if stat.S_ISREG(status.st_mode) and not any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns):
                row += [str(status.st_size), content(name, status.st_size, "--holes" in options)]
        print(" | ".join(row))
    print(len(names), "names")


main(sys.argv[1:])
