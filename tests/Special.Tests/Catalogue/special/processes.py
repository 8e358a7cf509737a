"""Processes, threads and their numbers: what /proc tells agrees with what system calls tell."""
import ctypes
import mmap
import os
import re
import resource
import signal
import sys
import threading
import time

from catalogue import calls
from catalogue.cases import NotApplicable
from catalogue.observing import can_change_ids, opened, tried

from .aspects import kind, read_all, who
from .subjects import named

_libc = ctypes.CDLL(None, use_errno=True)


def text(path):
    with open(path, "rb") as file:
        return file.read().decode("utf-8", "surrogateescape")


def status(path="/proc/self/status"):
    return dict(line.split(":\t", 1) for line in text(path).rstrip("\n").split("\n") if ":\t" in line)


def stat_fields(path="/proc/self/stat"):
    whole = text(path)
    return [whole.split(" ")[0], whole[whole.index("(") + 1 : whole.rindex(")")], *whole[whole.rindex(")") + 2 :].split()]


class Child:
    """A child that does something and then waits to be killed."""

    def __init__(self, function=lambda: None):
        ready, tell = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            function()
            os.write(tell, b"x")
            while True:
                signal.pause()
        os.close(tell)
        os.read(ready, 1)
        os.close(ready)

    def end(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


class Thread:
    """A thread that does something and then waits."""

    def __init__(self, function=lambda: None):
        ready, self._release = threading.Event(), threading.Event()

        def body():
            self.answer = function()
            ready.set()
            self._release.wait()

        self._thread = threading.Thread(target=body)
        self._thread.start()
        ready.wait()
        self.tid = self._thread.native_id

    def end(self):
        self._release.set()
        self._thread.join()


@named
def self_is_the_callers_number():
    return {"number": os.readlink("/proc/self") == str(os.getpid()), "thread": os.readlink("/proc/thread-self") == f"{os.getpid()}/task/{os.getpid()}", "listed": str(os.getpid()) in os.listdir("/proc")}


@named
def self_of_a_child_is_the_childs():
    seen = {}
    reading, writing = os.pipe()
    os.readlink("/proc/self")
    if os.fork() == 0:
        os.write(writing, f"{os.readlink('/proc/self') == str(os.getpid())} {os.readlink('/proc/self/exe') == os.path.realpath(sys.executable)}".encode())
        os._exit(0)
    seen["child"] = os.read(reading, 100).decode()
    seen["parent"] = os.readlink("/proc/self") == str(os.getpid())
    os.wait()
    return seen


@named
def self_of_a_thread_is_the_process():
    thread = Thread(lambda: (os.readlink("/proc/self"), os.readlink("/proc/thread-self"), status("/proc/thread-self/status")["Pid"], stat_fields("/proc/thread-self/stat")[0], threading.get_native_id()))
    own, task, number, first, tid = thread.answer
    thread.end()
    return {"self": own == str(os.getpid()), "thread-self": task == f"{os.getpid()}/task/{tid}", "status": number == str(tid), "stat": first == str(tid)}


@named
def self_exe_is_the_program():
    return {"text": os.readlink("/proc/self/exe") == os.path.realpath(sys.executable), "same file": os.path.samefile("/proc/self/exe", sys.executable), "executable": os.access("/proc/self/exe", os.X_OK),
            "first bytes": open("/proc/self/exe", "rb").read(4) == b"\x7fELF", "by number": os.readlink(f"/proc/{os.getpid()}/exe") == os.path.realpath(sys.executable), "write": opened("/proc/self/exe", os.O_WRONLY)}


@named
def self_exe_can_be_executed():
    status_ = os.spawnv(os.P_WAIT, "/proc/self/exe", ["python3", "-SE", "-c", "import os,sys; sys.exit(7 if os.readlink('/proc/self/exe').endswith(os.path.basename(os.path.realpath('/usr/bin/python3'))) else 8)"])
    return {"status": status_}


@named
def self_exe_of_a_deleted_program():
    program = f"/tmp/program-{os.getpid()}"
    with open(os.path.realpath(sys.executable), "rb") as source, open(program, "wb") as copy:
        copy.write(source.read())
    os.chmod(program, 0o755)
    reading, writing = os.pipe()
    os.set_inheritable(writing, True)
    script = f"import os; os.unlink({program!r}); os.write({writing}, (os.readlink('/proc/self/exe') + ' ' + str(len(open('/proc/self/exe','rb').read(4)))).encode())"
    os.spawnve(os.P_WAIT, program, [program, "-SE", "-c", script], {"PYTHONHOME": "/usr"})
    return {"text": os.read(reading, 300).decode().replace(str(os.getpid()), "N")}


@named
def self_cwd_follows():
    place = f"/tmp/place-{os.getpid()}"
    os.mkdir(place)
    os.chdir(place)
    fields = {"text": os.readlink("/proc/self/cwd") == place, "below": tried(os.listdir, "/proc/self/cwd"), "made": opened("/proc/self/cwd/new", os.O_CREAT | os.O_WRONLY), "there": os.listdir(place), "up": kind(os.stat("/proc/self/cwd/..").st_mode)}
    os.unlink("new")
    os.rename(place, place + "-2")
    fields["renamed"] = os.readlink("/proc/self/cwd") == place + "-2"
    os.rmdir(place + "-2")
    fields["deleted"] = os.readlink("/proc/self/cwd") == place + "-2 (deleted)"
    return fields


@named
def self_root_is_the_root():
    return {"text": os.readlink("/proc/self/root"), "same": os.path.samefile("/proc/self/root", "/"), "below": os.path.samefile("/proc/self/root/usr", "/usr"), "of the parent": tried(os.readlink, f"/proc/{os.getppid()}/root")}


@named
def status_agrees_with_calls():
    told = status()
    return {
        "pid": told["Pid"] == told["Tgid"] == str(os.getpid()), "parent": told["PPid"] == str(os.getppid()), "name": told["Name"], "uid": [who(int(uid)) for uid in told["Uid"].split()], "gid": [who(int(gid)) for gid in told["Gid"].split()],
        "uids": told["Uid"].split()[:3] == [str(uid) for uid in os.getresuid()], "gids": told["Gid"].split()[:3] == [str(gid) for gid in os.getresgid()], "threads": told["Threads"], "state": told["State"][0] in "RS", "tracer": told["TracerPid"],
        "namespaces": [told[name].split()[-1] == str(number) for name, number in (("NSpid", os.getpid()), ("NStgid", os.getpid()), ("NSpgid", os.getpgrp()), ("NSsid", os.getsid(0)))],
        "one namespace": [len(told[name].split()) for name in ("NSpid", "NStgid", "NSpgid", "NSsid")], "umask": told["Umask"], "groups": told["Groups"].split() == [str(group) for group in os.getgroups()],
    }


@named
def status_of_a_thread():
    thread = Thread(lambda: _libc.prctl(15, b"a thread's"))
    told = status(f"/proc/self/task/{thread.tid}/status")
    fields = {"pid": told["Pid"] == str(thread.tid), "group": told["Tgid"] == str(os.getpid()), "name": told["Name"], "threads": told["Threads"], "of the process": status()["Threads"], "comm": text(f"/proc/self/task/{thread.tid}/comm"),
              "stat": stat_fields(f"/proc/self/task/{thread.tid}/stat")[:2] == [str(thread.tid), "a thread's"], "own comm": text("/proc/self/comm") != "a thread's\n"}
    thread.end()
    return fields


@named
def status_after_umask_and_ids():
    os.umask(0o027)
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])
    told = status()
    return {"umask": told["Umask"], "ignored": int(told["SigIgn"], 16) >> (signal.SIGUSR1 - 1) & 1, "blocked": int(told["SigBlk"], 16) >> (signal.SIGUSR2 - 1) & 1}


@named
def stat_agrees_with_calls():
    told = stat_fields()
    return {"count": len(told), "pid": told[0] == str(os.getpid()), "name": told[1], "state": told[2] in "RS", "parent": told[3] == str(os.getppid()), "group": told[4] == str(os.getpgrp()), "session": told[5] == str(os.getsid(0)), "terminal": told[6], "foreground": told[7], "threads": told[19], "exit signal": told[37]}


@named
def stat_start_time_is_now():
    child = Child()
    started = int(stat_fields(f"/proc/{child.pid}/stat")[21]) / os.sysconf("SC_CLK_TCK")
    now = float(text("/proc/uptime").split()[0])
    child.end()
    return {"near": 0 <= now - started < 60, "after us": started >= int(stat_fields()[21]) / os.sysconf("SC_CLK_TCK")}


@named
def stat_of_a_name_with_brackets():
    _libc.prctl(15, b"a) b (c\n")
    return {"stat": stat_fields()[1], "comm": text("/proc/self/comm"), "status": status()["Name"], "fields": len(stat_fields())}


@named
def comm_can_be_changed_by_prctl():
    before = text("/proc/self/comm")
    _libc.prctl(15, b"another name that is too long")
    return {"changed": before != text("/proc/self/comm"), "after": text("/proc/self/comm")}


@named
def comm_written():
    return {"own": tried(lambda: open("/proc/self/comm", "w", buffering=1).write("x")), "oom": opened("/proc/self/oom_score_adj", os.O_WRONLY), "coredump": opened("/proc/self/coredump_filter", os.O_WRONLY)}


@named
def cmdline_and_environ_of_a_program():
    script = "import sys; sys.stdout.write(repr(open('/proc/self/cmdline','rb').read()) + repr(sorted(open('/proc/self/environ','rb').read().split(b'\\0'))))"
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.dup2(writing, 1)
        os.execve(sys.executable, ["a name", "-SEc", script, "", "with blank", "\udcff"], {"A": "1", "EMPTY": "", "B": "two words"})
    os.close(writing)
    told = read_all(reading).decode()
    os.waitpid(pid, 0)
    return {"told": told}


@named
def statm_agrees_with_status():
    pages = [int(number) for number in text("/proc/self/statm").split()]
    size = int(status()["VmSize"].split()[0]) * 1024
    return {"count": len(pages), "size": abs(pages[0] * mmap.PAGESIZE - size) < 4 << 20, "resident": 0 < pages[1] <= pages[0]}


@named
def statm_grows():
    before = int(text("/proc/self/statm").split()[1])
    memory = bytearray(32 << 20)
    return {"grown": int(text("/proc/self/statm").split()[1]) - before > (24 << 20) // mmap.PAGESIZE, "kept": len(memory)}


@named
def limits_follow():
    resource.setrlimit(resource.RLIMIT_NOFILE, (123, 456))
    lines = [line for line in text("/proc/self/limits").split("\n") if line.startswith("Max open files")]
    return {"line": lines[0].split()}


@named
def maps_have_the_program_and_new_mappings():
    file = f"/tmp/mapped-{os.getpid()}"
    with open(file, "wb+") as out:
        out.write(bytes(8192))
        out.flush()
        mapping = mmap.mmap(out.fileno(), 8192, mmap.MAP_PRIVATE, mmap.PROT_READ)
        anonymous = mmap.mmap(-1, 1 << 20)
        lines = text("/proc/self/maps").split("\n")
        inode = os.fstat(out.fileno()).st_ino
    mine = [line for line in lines if line.endswith(file)]
    os.unlink(file)
    deleted = [line for line in text("/proc/self/maps").split("\n") if line.endswith(file + " (deleted)")]
    program = [line for line in lines if line.endswith(" " + os.path.realpath(sys.executable))]
    return {"once": len(mine), "rights": mine[0].split()[1], "inode": mine[0].split()[4] == str(inode), "deleted": len(deleted), "program": len(program) >= 3, "stack": any(line.endswith("[stack]") for line in lines),
            "loader": any("ld-linux" in line for line in lines), "vdso": any(line.endswith("[vdso]") for line in lines), "sizes": (len(mapping), len(anonymous))}


@named
def maps_device_is_the_files():
    line = [line for line in text("/proc/self/maps").split("\n") if line.endswith(os.path.realpath(sys.executable))][0]
    device = os.stat(sys.executable).st_dev
    return {"agrees": line.split()[3] == f"{os.major(device):02x}:{os.minor(device):02x}"}


@named
def maps_of_shared_memory():
    fd = os.memfd_create("a name")
    os.ftruncate(fd, 4096)
    mapping = mmap.mmap(fd, 4096)
    return {"line": [line.split(None, 5)[5] for line in text("/proc/self/maps").split("\n") if "memfd" in line], "size": len(mapping)}


@named
def smaps_has_what_maps_has():
    maps = [line.split()[5] for line in text("/proc/self/maps").split("\n") if len(line.split()) > 5]
    smaps = [line.split()[5] for line in text("/proc/self/smaps").split("\n") if re.match(r"^[0-9a-f]+-[0-9a-f]+ ", line) and len(line.split()) > 5]
    return {"same": sorted(set(maps)) == sorted(set(smaps))}


@named
def task_lists_threads():
    threads = [Thread() for _ in range(3)]
    listed = sorted(int(name) for name in os.listdir("/proc/self/task"))
    fields = {"count": len(listed), "all": listed == sorted([os.getpid()] + [thread.tid for thread in threads]), "not in /proc": [str(thread.tid) in os.listdir("/proc") for thread in threads],
              "of another's process": tried(os.lstat, f"/proc/1/task/{os.getpid()}"), "names": sorted(set(os.listdir("/proc/self/task/" + str(threads[0].tid))) & {"status", "stat", "maps", "fd", "task", "comm", "children"})}
    ended = threads.pop()
    ended.end()
    deadline = time.monotonic() + 30
    while str(ended.tid) in os.listdir("/proc/self/task") and time.monotonic() < deadline:
        time.sleep(0.005)
    fields["after one's end"] = len(os.listdir("/proc/self/task"))
    fields["ended"] = tried(os.lstat, f"/proc/self/task/{ended.tid}")
    for thread in threads:
        thread.end()
    return fields


@named
def task_number_works_as_a_process():
    thread = Thread()
    fields = {"directory": tried(lambda: kind(os.lstat(f"/proc/{thread.tid}").st_mode)), "status": tried(lambda: status(f"/proc/{thread.tid}/status")["Tgid"] == str(os.getpid())), "exe": tried(lambda: os.readlink(f"/proc/{thread.tid}/exe") == os.readlink("/proc/self/exe"))}
    thread.end()
    return fields


@named
def task_children_are_listed():
    children = [Child(), Child()]
    told = tried(lambda: sorted(int(pid) for pid in text(f"/proc/self/task/{os.getpid()}/children").split()) == sorted(child.pid for child in children))
    for child in children:
        child.end()
    return {"told": told, "after": tried(text, f"/proc/self/task/{os.getpid()}/children")}


@named
def child_is_seen():
    child = Child(lambda: os.chdir("/usr"))
    top = f"/proc/{child.pid}"
    fields = {"listed": str(child.pid) in os.listdir("/proc"), "parent": status(top + "/status")["PPid"] == str(os.getpid()), "cwd": os.readlink(top + "/cwd"), "exe": os.readlink(top + "/exe") == os.readlink("/proc/self/exe"),
              "cmdline": text(top + "/cmdline") == text("/proc/self/cmdline"), "fd": len(os.listdir(top + "/fd")) > 2, "owner": who(os.stat(top).st_uid), "root": os.readlink(top + "/root"), "stat": stat_fields(top + "/stat")[0] == str(child.pid),
              "environ": text(top + "/environ") == text("/proc/self/environ"), "maps": len(text(top + "/maps")) > 100}
    child.end()
    return fields


@named
def child_that_has_ended_is_gone():
    child = Child()
    held = os.open(f"/proc/{child.pid}", os.O_RDONLY | os.O_DIRECTORY)
    file = os.open(f"/proc/{child.pid}/status", os.O_RDONLY)
    child.end()
    return {"directory": tried(os.lstat, f"/proc/{child.pid}"), "status": tried(text, f"/proc/{child.pid}/status"), "held": tried(lambda: kind(os.stat("status", dir_fd=held).st_mode)), "listing held": tried(os.listdir, held),
            "open file": tried(os.pread, file, 10, 0), "listed": str(child.pid) in os.listdir("/proc"), "self": kind(os.stat("/proc/self").st_mode)}


@named
def zombie_is_told():
    pid = os.fork()
    if pid == 0:
        os._exit(3)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    top = f"/proc/{pid}"
    fields = {"listed": str(pid) in os.listdir("/proc"), "state": stat_fields(top + "/stat")[2], "status": status(top + "/status")["State"], "exe": tried(os.readlink, top + "/exe"), "cmdline": tried(text, top + "/cmdline"), "cwd": tried(os.readlink, top + "/cwd"),
              "maps": tried(text, top + "/maps"), "environ": tried(text, top + "/environ"), "statm": tried(text, top + "/statm"), "fd": tried(os.listdir, top + "/fd"), "comm": tried(text, top + "/comm") == text("/proc/self/comm"), "task": tried(lambda: os.listdir(top + "/task") == [str(pid)]),
              "root": tried(os.readlink, top + "/root"), "limits": tried(lambda: text(top + "/limits")[:5])}
    os.waitpid(pid, 0)
    fields["reaped"] = tried(os.lstat, top)
    return fields


@named
def orphan_belongs_to_init():
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        middle = os.getpid()
        if os.fork() == 0:
            while os.getppid() == middle:
                time.sleep(0.002)
            os.write(writing, f"{status()['PPid'] == str(os.getppid())} {stat_fields()[3] == str(os.getppid())}".encode())
            os._exit(0)
        os._exit(0)
    os.waitpid(pid, 0)
    return {"told": os.read(reading, 20).decode()}


@named
def session_and_group_are_told():
    child = Child(os.setsid)
    told = stat_fields(f"/proc/{child.pid}/stat")
    child.end()
    return {"group": told[4] == str(child.pid), "session": told[5] == str(child.pid)}


@named
def other_users_child():
    """As root only: what root may see of it, and it of root."""
    if os.geteuid() != 0 or not can_change_ids():
        raise NotApplicable("this user has no second uid")
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.setgroups([])
        os.setresgid(1001, 1001, 1001)
        os.setresuid(1001, 1001, 1001)
        above = f"/proc/{os.getppid()}"
        told = {name: tried(text, f"{above}/{name}") for name in ("environ", "maps", "auxv", "io")} | {name: tried(os.readlink, f"{above}/{name}") for name in ("exe", "cwd", "root")} | {"fd": tried(os.listdir, above + "/fd")}
        os.write(writing, repr(told).encode())
        os.read(os.pipe()[0], 1)
    told = os.read(reading, 4000).decode()
    fields = {"of root": told, "by root": tried(lambda: os.readlink(f"/proc/{pid}/exe") == os.readlink("/proc/self/exe")), "environ": tried(lambda: len(text(f"/proc/{pid}/environ")) > 0)}
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return fields


@named
def other_users_child_public_files():
    if os.geteuid() != 0 or not can_change_ids():
        raise NotApplicable("this user has no second uid")
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.setresgid(1001, 1001, 1001)
        os.setresuid(1001, 1001, 1001)
        above = f"/proc/{os.getppid()}"
        os.write(writing, repr({name: tried(lambda name=name: len(text(f"{above}/{name}")) > 0) for name in ("status", "stat", "statm", "cmdline", "comm", "limits", "cgroup")}).encode())
        os._exit(0)
    told = os.read(reading, 4000).decode()
    os.waitpid(pid, 0)
    return {"of root": told}


@named
def not_dumpable_process_keeps_its_own():
    _libc.prctl(4, 0)
    return {"exe": tried(lambda: os.readlink("/proc/self/exe") == os.path.realpath(sys.executable)), "status": tried(lambda: status()["Pid"] == str(os.getpid())), "owner": who(os.stat("/proc/self/status").st_uid), "fd": tried(lambda: len(os.listdir("/proc/self/fd")) > 2), "environ": tried(lambda: len(text("/proc/self/environ")) >= 0),
            "maps": tried(lambda: len(text("/proc/self/maps")) > 10)}


@named
def not_dumpable_child_of_the_same_user():
    child = Child(lambda: _libc.prctl(4, 0))
    top = f"/proc/{child.pid}"
    fields = {name: tried(lambda name=name: len(text(f"{top}/{name}")) > 0) for name in ("environ", "maps")} | {name: tried(lambda name=name: len(os.readlink(f"{top}/{name}")) > 0) for name in ("exe", "cwd", "root")} | {"fd": tried(lambda: len(os.listdir(top + "/fd")) > 0)}
    child.end()
    return fields


@named
def inode_numbers_stay():
    paths = ["/proc", "/proc/self/status", "/proc/self/fd", "/proc/meminfo", "/proc/self/task", "/dev/null", "/sys/devices/system/cpu/online", "/proc/self/exe"]
    return {"stat and open": {path: os.stat(path, follow_symlinks=path != "/proc/self/exe").st_ino == _inode_open(path) for path in paths}, "top": os.stat("/proc").st_ino}


def _inode_open(path):
    fd = os.open(path, os.O_PATH | (os.O_NOFOLLOW if path == "/proc/self/exe" else 0))
    try:
        return os.fstat(fd).st_ino
    finally:
        os.close(fd)


@named
def held_directory_of_self_stays_ones_own():
    held = os.open("/proc/self", os.O_RDONLY | os.O_DIRECTORY)
    own = os.getpid()
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        fd = os.open("status", os.O_RDONLY, dir_fd=held)
        os.write(writing, str(f"Pid:\t{own}\n".encode() in read_all(fd)).encode())
        os._exit(0)
    told = os.read(reading, 10).decode()
    os.waitpid(pid, 0)
    return {"child reads the parent's": told}


@named
def open_status_follows_its_process():
    file = os.open("/proc/self/status", os.O_RDONLY)
    own = os.getpid()
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(writing, str(f"\nPid:\t{own}\n".encode() in read_all(file)).encode())
        os._exit(0)
    told = os.read(reading, 10).decode()
    os.waitpid(pid, 0)
    return {"child reads the parent's": told, "fresh": "Umask:\t0077" in (os.umask(0o077), os.pread(file, 4000, 0).decode())[1]}


@named
def fd_lists_descriptors():
    before = set(os.listdir("/proc/self/fd"))
    fd = os.open("/usr", os.O_RDONLY)
    after = set(os.listdir("/proc/self/fd"))
    os.close(fd)
    return {"new": after - before == {str(fd)} or len(after - before), "gone": tried(os.lstat, f"/proc/self/fd/{fd}"), "dev": set(os.listdir("/dev/fd")) == set(os.listdir("/proc/self/fd")), "by thread": set(os.listdir("/proc/thread-self/fd")) == set(os.listdir("/proc/self/fd"))}


@named
def fd_links_tell_the_access():
    found = {}
    for name, flags in (("r", os.O_RDONLY), ("w", os.O_WRONLY), ("rw", os.O_RDWR), ("path", os.O_PATH)):
        fd = os.open("/dev/null", flags)
        found[name] = oct(os.lstat(f"/proc/self/fd/{fd}").st_mode)
        os.close(fd)
    return found


@named
def fd_of_a_file_reopens():
    path = f"/tmp/reopened-{os.getpid()}"
    fd = os.open(path, os.O_RDWR | os.O_CREAT)
    os.write(fd, b"hello")
    link = f"/proc/self/fd/{fd}"
    fields = {"text": os.readlink(link) == path, "read": open(link, "rb").read().decode(), "own position": os.lseek(fd, 0, os.SEEK_CUR), "same": os.path.samefile(link, path), "chmod": tried(os.chmod, link, 0o600), "mode": oct(os.stat(path).st_mode & 0o777),
              "truncate": tried(calls.truncate, link, 2), "size": os.fstat(fd).st_size, "utime": tried(os.utime, link, (1, 1)), "mtime": os.stat(path).st_mtime}
    os.unlink(path)
    fields["deleted"] = os.readlink(link) == path + " (deleted)"
    fields["deleted read"] = tried(lambda: open(link, "rb").read().decode())
    fields["deleted stat"] = tried(lambda: os.stat(link).st_nlink)
    return fields


@named
def fd_of_a_directory():
    fd = os.open("/usr", os.O_RDONLY | os.O_DIRECTORY)
    link = f"/proc/self/fd/{fd}"
    return {"text": os.readlink(link), "listed": os.listdir(link) == os.listdir("/usr"), "below": kind(os.stat(link + "/bin").st_mode), "up": tried(lambda: os.path.samefile(link + "/..", "/"))}


@named
def fdinfo_tells_position_and_flags():
    path = f"/tmp/positioned-{os.getpid()}"
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC)
    os.write(fd, b"12345")
    os.lseek(fd, 3, os.SEEK_SET)
    told = dict(line.split(":\t") for line in text(f"/proc/self/fdinfo/{fd}").rstrip("\n").split("\n"))
    inode = os.fstat(fd).st_ino
    os.unlink(path)
    return {"position": told["pos"].strip(), "flags": int(told["flags"], 8) & ~0o100000, "inode": told.get("ino", "").strip() == str(inode), "names": sorted(told)}


@named
def fdinfo_of_others_kinds():
    reading, _ = os.pipe()
    return {"pipe": tried(lambda: sorted(line.split(":")[0] for line in text(f"/proc/self/fdinfo/{reading}").rstrip("\n").split("\n"))), "list": set(os.listdir("/proc/self/fdinfo")) >= {"0", str(reading)}}


@named
def umount_and_mounts_are_readable_twice():
    return {"same": text("/proc/mounts") == text("/proc/self/mounts"), "twice": text("/proc/self/mountinfo") == text("/proc/self/mountinfo"), "root device": _root_device()}


def _root_device():
    device = os.stat("/").st_dev
    return f"{os.major(device)}:{os.minor(device)}" in [line.split()[2] for line in text("/proc/self/mountinfo").split("\n") if line.split()[4:5] == ["/"]]


@named
def many_callers_at_once_see_themselves():
    count, wrong = 8, 0
    pids = []
    for _ in range(count):
        pid = os.fork()
        if pid == 0:
            good = all(os.readlink("/proc/self") == str(os.getpid()) and status()["Pid"] == str(os.getpid()) for _ in range(50))
            os._exit(0 if good else 1)
        pids.append(pid)
    for pid in pids:
        wrong += os.waitpid(pid, 0)[1] != 0
    return {"wrong": wrong}


@named
def many_threads_at_once_see_themselves():
    wrong = []

    def look():
        tid = threading.get_native_id()
        for _ in range(40):
            if os.readlink("/proc/thread-self") != f"{os.getpid()}/task/{tid}" or os.readlink("/proc/self") != str(os.getpid()):
                wrong.append(tid)

    threads = [threading.Thread(target=look) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"wrong": len(wrong)}
