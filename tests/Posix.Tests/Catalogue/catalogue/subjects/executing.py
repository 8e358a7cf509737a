"""Programs that lie in the directory: scripts of Python, which is where the catalogue runs."""
import errno
import os
import signal
import struct
import sys

from ..cases import case
from ..observing import as_other, opened, put, size, tried


def _run(*command, executable=None):
    """The exit status, or why it could not be executed."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.execve(command[0] if executable is None else executable, list(command), os.environ)
        except OSError as failure:
            os.write(writing, struct.pack("i", failure.errno))
        finally:
            os._exit(126)
    os.close(writing)
    said = os.read(reading, 4)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return errno.errorcode[struct.unpack("i", said)[0]] if said else status


@case
def runs(): return _run("./program")


@case
def runs_after_chmod():
    put("script", b"#!/usr/bin/python3 -SE\nraise SystemExit(7)\n")
    return _run("./script"), tried(os.chmod, "script", 0o700), _run("./script")


@case
def runs_through_a_link():
    os.symlink("program", "dir/../started")
    return _run("./started")


@case
def runs_after_a_rename(): return tried(os.rename, "program", "dir/moved"), _run("dir/moved")


@case
def runs_by_its_descriptor():
    fd = os.open("program", os.O_RDONLY)
    closed_on_execution = _run("program", executable=fd)
    os.set_inheritable(fd, True)
    return closed_on_execution, _run("program", executable=fd)


@case
def runs_by_its_descriptor_after_unlink():
    fd = os.open("program", os.O_RDONLY)
    os.set_inheritable(fd, True)
    os.unlink("program")
    return _run("program", executable=fd)


@case
def runs_after_being_changed():
    fd = os.open("program", os.O_WRONLY | os.O_APPEND)
    os.lseek(fd, 0, os.SEEK_END)
    os.close(fd)
    put("program", b"#!/usr/bin/python3 -SE\nraise SystemExit(9)\n")
    return _run("./program")


@case
def is_not_run_while_it_is_written():
    fd = os.open("program", os.O_WRONLY)
    busy = _run("./program")
    os.close(fd)
    return busy, _run("./program")


def _while_it_runs(observe):
    """What is observed while a program that lies here, a copy of Python, runs. It is stopped: where its bytes are cut, it must
    not meet that before the system call that cuts them ends."""
    with open(sys.executable, "rb") as python:
        put("running", python.read(), 0o755)
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.dup2(writing, 1)
            os.execv("./running", [sys.executable, "-SEc", "import os, signal; os.write(1, b'.'); os.kill(os.getpid(), signal.SIGSTOP)"])
        finally:
            os._exit(126)
    os.close(writing)
    begun = os.read(reading, 1)
    try:
        os.waitpid(pid, os.WUNTRACED)
        return begun.decode(), observe()
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(reading)
        os.unlink("running")  # several megabytes


@case
def is_not_written_while_it_runs():
    whole = os.path.getsize(sys.executable)
    return _while_it_runs(lambda: [opened("running", flags) for flags in (os.O_WRONLY, os.O_RDWR, os.O_WRONLY | os.O_TRUNC, os.O_RDWR | os.O_TRUNC)]
                          + [tried(os.truncate, "running", 0), size("running") == whole])


@case
def is_not_truncated_by_a_reader_while_it_runs():
    whole = os.path.getsize(sys.executable)
    return _while_it_runs(lambda: [opened("running", os.O_RDONLY | os.O_TRUNC), size("running") == whole])


@case
def without_an_interpreter():
    put("script", b"#!/no/such/interpreter\n", 0o755)
    return _run("./script")


@case
def without_a_format():
    put("script", b"neither a script nor a program\n", 0o755)
    return _run("./script"), _run("./empty"), _run("./dir"), _run("./missing"), _run("./program/x"), _run("./loop")


@case
def without_the_right(): return as_other(lambda: (_run("./program"), os.chdir("."))[0]), tried(os.chmod, "program", 0o744), as_other(lambda: _run("./program"))


@case
def maps_a_library():
    """What a loader does: maps read and execute, privately."""
    import mmap
    fd = os.open("big", os.O_RDONLY)
    view = mmap.mmap(fd, 0, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ | mmap.PROT_EXEC)
    return view[4096:4100].hex(), len(view)
