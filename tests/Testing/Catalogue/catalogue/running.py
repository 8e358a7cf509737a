"""Running functions in children with a time limit: a hang is an observation."""
import errno
import json
import os
import select
import signal
import time
import traceback

from .cases import NotApplicable

TIMEOUT = "TIMEOUT"


def run_in_child(function, limit):
    """What the function returned, through JSON; "TIMEOUT", "signal N", an errno's name, or the text of a bug in it."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        _be_child(function, writing)
    os.close(writing)
    data = _read_until(reading, time.monotonic() + limit)
    os.close(reading)
    if data is None:
        _kill(pid)
        os.waitpid(pid, 0)
        return TIMEOUT
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return f"signal {signal.Signals(os.WTERMSIG(status)).name}"
    answer = json.loads(data)
    if isinstance(answer, dict) and list(answer) == ["not applicable"]:
        raise NotApplicable(answer["not applicable"])
    return answer


def _kill(pid):
    try:
        os.killpg(pid, signal.SIGKILL)  # a case leads a session of its own
    except ProcessLookupError:
        os.kill(pid, signal.SIGKILL)


def _be_child(function, writing):
    try:
        answer = function()
    except NotApplicable as reason:
        answer = {"not applicable": str(reason)}
    except OSError as failure:
        place = traceback.extract_tb(failure.__traceback__)[-1]
        answer = f"failed with {errno.errorcode.get(failure.errno, failure.errno)} in {_function_of_case(failure) or place.name}"
    except BaseException:
        answer = "BUG " + traceback.format_exc()
    data = json.dumps(answer).encode()
    while data:
        data = data[os.write(writing, data):]
    os._exit(0)


def _function_of_case(failure):
    for frame in reversed(traceback.extract_tb(failure.__traceback__)):
        if os.sep + "subjects" + os.sep in frame.filename:
            return f"{frame.name}: {frame.line}"
    return None


def _read_until(reading, end):
    parts = []
    while True:
        ready, _, _ = select.select([reading], [], [], max(0, end - time.monotonic()))
        if not ready:
            return None
        part = os.read(reading, 1 << 16)
        if not part:
            return b"".join(parts) or b'"no answer"'
        parts.append(part)
