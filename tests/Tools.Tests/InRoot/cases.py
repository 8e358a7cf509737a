"""Runs every script of /cases in a directory of its own and prints a JSON line for each: name, status, output, error, seconds.

Runs with and without /proc and /dev: it must need neither.
"""
import json
import os
import signal
import subprocess
import sys
import time

LIMIT = 200  # seconds for one case

for directory in ("/tmp/home", "/work"):
    os.makedirs(directory, exist_ok=True)
for name in sorted(os.listdir("/cases")):
    place = os.path.join("/work", name)
    os.mkdir(place)
    started = time.monotonic()
    child = subprocess.Popen(["/usr/bin/bash", os.path.join("/cases", name)], cwd=place, start_new_session=True,
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        output, error = child.communicate(timeout=LIMIT)
        status = child.returncode
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        output, error = child.communicate()
        status = "still running after %d s" % LIMIT
    print(json.dumps({
        "name": name,
        "status": str(status),
        "output": output.decode("utf-8", "backslashreplace"),
        "error": error.decode("utf-8", "backslashreplace")[-2000:],
        "seconds": round(time.monotonic() - started, 3),
    }), flush=True)
