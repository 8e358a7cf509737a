"""Subjects made of the tables in paths.py: each path in each respect."""
import os

from catalogue.observing import tried

from . import aspects, paths
from .subjects import subject


def _files(directory, top, table):
    for name, need, shape in table:
        path = f"{directory}/{name}" if directory else name
        title = top + name.strip("/").replace("/", ".").replace("proc.", "", 1) if top else name.strip("/").replace("/", ".")
        must = need == paths.MUST
        label = f"{need}.{title}"
        subject(f"{label}.attributes", aspects.attributes, path, path=path, must=must)
        subject(f"{label}.opening", aspects.opening, path, path=path, must=must)
        subject(f"{label}.contents", aspects.contents, path, shape, path=path, must=must)
        if need != paths.OTHER:
            subject(f"{label}.positions", aspects.positions, path, path=path, must=must)
            subject(f"{label}.descriptor", aspects.descriptor, path, path=path, must=must)
            subject(f"{label}.refusals", aspects.refusals, path, path=path, must=must)


def make():
    _files("/proc/self", "self.", paths.PROCESS_FILES)
    _files("", "", paths.MACHINE_FILES)
    _files("/proc/thread-self", "thread-self.", [row for row in paths.PROCESS_FILES if row[0] in ("status", "stat", "maps", "comm", "cmdline")])
    for path, need in paths.DIRECTORIES:
        must = need == paths.MUST
        label = f"{need}.{path.strip('/').replace('/', '.')}{'.' if path.endswith('/') else ''}"
        subject(f"{label}.directory.attributes", aspects.attributes, path, path=path, must=must)
        subject(f"{label}.directory.opening", aspects.opening, path, path=path, must=must)
        subject(f"{label}.directory.listing", aspects.listing, path, path=path, must=must)
        subject(f"{label}.directory.making", aspects.making, path, path=path, must=must)
    for path, need in paths.LINKS:
        must = need == paths.MUST
        label = f"{need}.{path.strip('/').replace('/', '.')}"
        subject(f"{label}.link.attributes", aspects.attributes, path, path=path, must=must)
        subject(f"{label}.link.target", aspects.target, path, path=path, must=must)
        subject(f"{label}.link.opening", aspects.opening, path, not path.endswith("exe"), path=path, must=must)
        if path.startswith("/proc"):  # in /dev, root may do all of it
            subject(f"{label}.link.refusals", aspects.refusals, path, path=path, must=must)
    for name in paths.DEVICES:
        path = f"/dev/{name}"
        subject(f"must.dev.{name}.attributes", aspects.attributes, path, must=True)
        subject(f"must.dev.{name}.opening", aspects.opening, path, must=True)
    subject("denied.process_files", _denied)
    subject("absent.names", lambda: {path: tried(lambda path=path: bool(os.lstat(path))) for path in paths.ABSENT})
    subject("absent.names_opened", lambda: {path: tried(os.open, path, os.O_RDONLY) for path in paths.ABSENT})
    subject("absent.names_read_as_links", lambda: {path: tried(os.readlink, path) for path in paths.ABSENT})


def _denied():
    """A regular procfs has these; nobody may need them."""
    return {name: tried(lambda: os.pread(os.open(f"/proc/self/{name}", os.O_WRONLY), 1, 0)) for name in paths.DENIED}
