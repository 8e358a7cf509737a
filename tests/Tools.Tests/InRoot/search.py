"""Searches everything readable below some directories for facts that should not be there.

Reads one line of JSON from standard input, since whatever stood on the command line or in the environment would be found:
  facts: {name: text}; roots: directories and files; depth: how far below them; pids: processes to try by number, listed or not;
  absent: paths that should not exist
Prints JSON: found: [[fact, path, "content" | "link" | "name"]], present: [path], files: how many were read.
"""
import json
import os
import re
import stat
import sys

LIMIT = 1 << 20  # bytes read of each file
ENDLESS = {"/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty"}


def general(path):
    path = re.sub(r"^/proc/(\d+|self|thread-self)", "/proc/PID", path)
    return re.sub(r"/task/\d+", "/task/TID", path)


class Search:
    def __init__(self, order):
        self.facts = {name: text.encode() for name, text in order["facts"].items()}
        self.found = set()
        self.files = 0
        self.depth = order["depth"]

    def look(self, data, path, how):
        for name, text in self.facts.items():
            # A short word means something only where it stands alone, and nothing as a file's name.
            hit = text in data if len(text) >= 8 else how != "name" and text in re.split(rb"[\s\0=:,/]+", data)
            if hit:
                self.found.add((name, general(path), how))

    def entry(self, path, depth):
        try:
            kind = stat.S_IFMT(os.lstat(path).st_mode)
        except OSError:
            return
        self.look(os.path.basename(path).encode(), path, "name")
        if kind == stat.S_IFLNK:
            try:
                self.look(os.readlink(os.fsencode(path)), path, "link")
            except OSError:
                pass
        elif kind == stat.S_IFDIR:
            if depth > 0:
                self.directory(path, depth)
        elif path not in ENDLESS:
            self.file(path)

    def directory(self, path, depth):
        try:
            names = os.listdir(path)
        except OSError:
            return
        for name in names:
            self.entry(os.path.join(path, name), depth - 1)

    def file(self, path):
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
        except OSError:
            return
        data = b""
        try:
            while len(data) < LIMIT:
                piece = os.read(descriptor, 65536)
                if not piece:
                    break
                data += piece
        except OSError:
            pass
        finally:
            os.close(descriptor)
        self.files += 1
        self.look(data, path, "content")


order = json.loads(sys.stdin.readline())
search = Search(order)
for root in order["roots"]:
    search.entry(root, search.depth)
for pid in order["pids"]:
    if os.path.lexists("/proc/%d" % pid):
        search.found.add(("process %d" % pid, "/proc/%d" % pid, "name"))
print(json.dumps({
    "found": sorted(search.found),
    "present": [path for path in order["absent"] if os.path.lexists(path)],
    "files": search.files,
}))
