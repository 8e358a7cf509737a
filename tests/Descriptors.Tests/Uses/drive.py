"""Runs the uses in the files given, each in a directory of its own, and prints one JSON line for each: what it wrote, and its status.

Descriptor 8 of each use is an input file outside the root, 9 the log that this program's standard error is, 10 the same log for reading."""
import concurrent.futures
import json
import os
import re
import signal
import subprocess
import sys

LIMIT = 120
FILES = {
    "a.txt": "pear\napple\nfig\n",
    "b.txt": "apple\nfig\nplum\n",
    "lib.c": "int exported(void) { return 1; }\nint hidden(void) { return 2; }\n",
}


def uses_of(path):
    name, lines = None, []
    with open(path) as file:
        for line in file:
            if line.startswith("### "):
                if name:
                    yield name, "".join(lines)
                name, lines = line[4:].strip(), []
            else:
                lines.append(line)
    yield name, "".join(lines)


def plain(text):
    """Numbers of pipes and processes differ from run to run."""
    text = text.decode("utf-8", "backslashreplace")
    text = re.sub(r"(pipe|socket):\[\d+\]", r"\1:[N]", text)
    text = re.sub(r"/proc/\d+/", "/proc/PID/", text)
    return re.sub(r"(environment|bash|main): line \d+: +\d+ ", r"\1: line N: PID ", text)


def run(use):
    name, script = use
    home = os.path.join(os.getcwd(), name)
    os.mkdir(home)
    for file, text in FILES.items():
        with open(os.path.join(home, file), "w") as out:
            out.write(text)
    process = subprocess.Popen(
        ["bash", "-c", script], cwd=home, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        pass_fds=(8, 9, 10), start_new_session=True)
    try:
        out, err = process.communicate(timeout=LIMIT)
        status = process.returncode
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        status = "TIMEOUT"
        try:
            out, err = process.communicate(timeout=5)
        except subprocess.TimeoutExpired:
            out, err = b"", b""
    return {"use": name, "status": status, "out": plain(out), "err": plain(err)}


signal.signal(signal.SIGPIPE, signal.SIG_DFL)
log = os.open("/proc/self/fd/2", os.O_RDONLY)
for source, wanted in ((0, 8), (2, 9), (log, 10)):
    os.dup2(source, wanted)
uses = [use for path in sys.argv[1:] for use in uses_of(path)]
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    for result in pool.map(run, uses):
        print(json.dumps(result), flush=True)
