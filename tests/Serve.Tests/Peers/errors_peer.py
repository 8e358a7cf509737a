"""Has actions executed by workers that something is wrong with.

errors_peer.py WORKER CAS CAS-CACHE CAS-PROCESS QUOTA-WORKER FULL-WORKER FULL-SCRATCH: a worker whose inputs come from the CAS
that has its blobs in CAS-CACHE; one whose actions may write 1 MiB; one whose scratch disk, a tmpfs, is to be filled here.
Prints one line for each step that went as REAPI says; anything else ends it with a traceback.
"""

import glob
import os
import signal
import sys
import time
import uuid

import grpc

import younger_messages as younger
from reapi_client import Client, Gate, response_of, subject_of

worker, cas, cas_cache, cas_process, quota_worker, full_worker, full_scratch = sys.argv[1:]
client = Client(worker, cas)


def files_of(digest):
    found = glob.glob("%s/**/%s-*" % (glob.escape(cas_cache), digest.hash), recursive=True)
    assert found, digest
    return found


def damage(digest):
    for path in files_of(digest):
        os.chmod(path, 0o600)
        with open(path, "r+b") as file:
            file.write(b"!")


def new_input():
    return client.put(b"input " + uuid.uuid4().bytes)


content = new_input()
damage(content)
client.fails(grpc.StatusCode.DATA_LOSS, client.action("/bin/busybox cat input", files=[("input", content)]))
# What the command makes of its EIO is no matter: neither its exit code nor its outputs are a result.
response = client.fails(grpc.StatusCode.DATA_LOSS, client.action(
    "/bin/busybox cat input; echo made > o; exit 0", files=[("input", content)], output_files=["o"]))
assert not response.result.output_files and "worker" in response.server_logs, response
# An input that nobody reads is no input error.
assert client.run(client.action("true", files=[("input", content)])).status.code == 0
digest = client.action("true")
damage(digest)
client.refused(grpc.StatusCode.DATA_LOSS, digest)
print("corrupt")

gate, content = Gate(), new_input()
digest = client.action(gate.wait + "; /bin/busybox cat input; exit 0", files=[("input", content)])
stream = client.start(digest)
gate.reached()
[os.remove(path) for path in files_of(content)]
gate.open()
status = response_of(list(stream)[-1]).status
assert status.code == grpc.StatusCode.FAILED_PRECONDITION.value[0], status
assert younger.violations_of(status) == [("MISSING", subject_of(content))]
client.is_not_cached(digest)
print("missing")

gate, content = Gate(), new_input()
digest = client.action(gate.wait + "; /bin/busybox cat input; exit 0", files=[("input", content)])
stream, later = client.start(digest), client.action("true")
gate.reached()
os.kill(int(cas_process), signal.SIGKILL)
gate.open()
response = response_of(list(stream)[-1])
assert response.status.code == grpc.StatusCode.UNAVAILABLE.value[0] and not response.result.output_files, response
client.refused(grpc.StatusCode.UNAVAILABLE, later)
print("unreachable")

small = Client(quota_worker)
digest = small.action("/bin/busybox dd if=/dev/zero of=big bs=1024 count=3000")
response = small.run(digest)
assert (response.status.code, response.result.exit_code) == (0, 1), response
assert b"No space left on device" in response.result.stderr_raw, response
assert "--quota-bytes" in younger.read(younger.ResponseFields, response).message, response
small.is_not_cached(digest)
response = small.run(small.action("/bin/busybox dd if=/dev/zero of=small bs=1024 count=900 2>/dev/null"))
assert (response.status.code, response.result.exit_code) == (0, 0), response
print("quota")

full = Client(full_worker)
assert full.run(full.action("echo x > o")).status.code == 0
# What that action had there goes a moment after its end, and would make room again.
while any(name.startswith("part") for _, folders, _ in os.walk(full_scratch) for name in folders):
    time.sleep(0.05)
filling = []
try:
    while True:
        filling.append(os.path.join(full_scratch, "filling-%d" % len(filling)))
        os.close(os.open(filling[-1], os.O_CREAT | os.O_WRONLY))
except OSError:
    filling.pop()
assert filling
full.fails(grpc.StatusCode.RESOURCE_EXHAUSTED, full.action("echo x > o"))
[os.remove(path) for path in filling]
assert full.run(full.action("echo x > o")).status.code == 0
print("no place")
