"""Has actions executed by a worker that is its own CAS: execution_peer.py HOST:PORT.

Prints one line for each step that went as REAPI says; anything else ends it with a traceback.
"""

import sys
import threading
import time
import uuid

import grpc

import younger_messages as younger
from reapi_client import (LIMIT, Client, absent_digest, digest_of, eventually, ops_pb, platform, re_pb, response_of,
                          runs, subject_of)

client = Client(sys.argv[1])
action, run, refused, put = client.action, client.run, client.refused, client.put

capabilities = client.capabilities.GetCapabilities(re_pb.GetCapabilitiesRequest())
assert capabilities.execution_capabilities.exec_enabled
assert capabilities.execution_capabilities.digest_function == re_pb.SHA256
assert (capabilities.low_api_version.major, capabilities.low_api_version.minor) == (2, 0)
assert (capabilities.high_api_version.major, capabilities.high_api_version.minor) == (2, 3)
print("capabilities")

digest = action("echo out; echo made > o", output_files=["o"])
response = run(digest)
assert (response.status.code, response.result.exit_code, response.cached_result) == (0, 0, False), response
assert response.result.stdout_raw == b"out\n" and response.result.output_files[0].digest == digest_of(b"made\n")
assert run(digest).cached_result
assert not run(digest, skip_cache_lookup=True).cached_result
digest = action("true", do_not_cache=True)
assert not run(digest).cached_result and not run(digest).cached_result
client.is_not_cached(digest)
digest = action("exit 3")
assert run(digest).result.exit_code == 3 and not run(digest).cached_result
client.is_not_cached(digest)
print("execute")

stream = client.start(action("/bin/busybox sleep 2; exit 5"))
name = next(stream).name
stream.cancel()
waited = list(client.execution.WaitExecution(re_pb.WaitExecutionRequest(name=name), timeout=LIMIT))
assert response_of(waited[-1]).result.exit_code == 5
assert response_of(client.operations.GetOperation(ops_pb.GetOperationRequest(name=name))).result.exit_code == 5
assert name in [operation.name for operation in client.operations.ListOperations(ops_pb.ListOperationsRequest()).operations]
try:
    list(client.execution.WaitExecution(re_pb.WaitExecutionRequest(name="operations/none"), timeout=LIMIT))
    raise AssertionError("an operation that never was")
except grpc.RpcError as error:
    assert error.code() == grpc.StatusCode.NOT_FOUND, error
print("wait execution")

seconds = "1%d" % (uuid.uuid4().int % 10 ** 8)
stream = client.start(action("/bin/busybox sleep %s" % seconds))
name = next(stream).name
eventually(lambda: runs("sleep " + seconds), "the action does not begin")
client.operations.CancelOperation(ops_pb.CancelOperationRequest(name=name))
assert response_of(list(stream)[-1]).status.code == grpc.StatusCode.CANCELLED.value[0]
eventually(lambda: not runs("sleep " + seconds), "a cancelled action still runs")
print("cancel")

# Two wait for one run: it goes on when the first of them leaves, and is dead soon after the last has left.
seconds = "1%d" % (uuid.uuid4().int % 10 ** 8)
digest = action("(/bin/busybox setsid /bin/busybox sleep %s &); /bin/busybox sleep %s" % (seconds, seconds))
first, second = client.start(digest), client.start(digest)
begun = [next(stream) for stream in (first, second)]
eventually(lambda: runs("sleep " + seconds), "the action does not begin")
first.cancel()
client.operations.CancelOperation(ops_pb.CancelOperationRequest(name=begun[0].name))
time.sleep(1)
assert runs("sleep " + seconds) and not client.operations.GetOperation(ops_pb.GetOperationRequest(name=begun[1].name)).done
second.cancel()
eventually(lambda: not runs("sleep " + seconds), "an action that nobody waits for still runs")
client.is_not_cached(digest)
print("last waiter")

digest = action("/bin/busybox sleep 2; echo once")
responses = []
threads = [threading.Thread(target=lambda: responses.append(run(digest))) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
assert len(responses) == 4
assert len({response.result.execution_metadata.worker_start_timestamp.ToNanoseconds() for response in responses}) == 1
print("merging")

absent = absent_digest()
for digest in (absent, action("true", command_digest=absent), action("true", root_digest=absent)):
    status = refused(grpc.StatusCode.FAILED_PRECONDITION, digest)
    assert younger.violations_of(status) == [("MISSING", subject_of(absent))]
both = [absent, absent_digest()]
digest = action("/bin/busybox cat one; /bin/busybox cat two; exit 0", files=zip(("one", "two"), both))
response = client.fails(grpc.StatusCode.FAILED_PRECONDITION, digest)
assert sorted(younger.violations_of(response.status)) == sorted(("MISSING", subject_of(each)) for each in both)
print("missing")

for fields in ({"working_directory": "../.."}, {"working_directory": "/"}, {"output_files": ["/etc/passwd"]}, {"output_files": ["../o"]},
               {"output_directories": ["a/../../b"]}, {"output_paths": ["../o"]}, {"command_digest": put(re_pb.Command())},
               {"command_digest": put(b"no Command")}, {"timeout": -5}, {"platform": platform(vroot_network="maybe")},
               {"environment_variables": [re_pb.Command.EnvironmentVariable(name="A=B", value="")]}):
    refused(grpc.StatusCode.INVALID_ARGUMENT, action("true", **fields))
refused(grpc.StatusCode.INVALID_ARGUMENT, re_pb.Digest(hash="x", size_bytes=1))
client.fails(grpc.StatusCode.INVALID_ARGUMENT, action("true", working_directory="nowhere"))
print("invalid")

response = client.fails(grpc.StatusCode.DEADLINE_EXCEEDED, action(
    "echo begun; echo half > o; /bin/busybox sleep 1000", timeout=3, output_files=["o", "never"]))
assert response.result.stdout_raw == b"begun\n"
assert [(file.path, file.digest) for file in response.result.output_files] == [("o", digest_of(b"half\n"))]
print("time limit")

refused(grpc.StatusCode.FAILED_PRECONDITION, action("true", platform=platform(Pool="x")))
refused(grpc.StatusCode.FAILED_PRECONDITION, action("true", platform=platform(OSFamily="windows")))
response = run(action("true", platform=platform(OSFamily="linux", dockerImage="x", container_image="y")))
message = younger.read(younger.ResponseFields, response).message
assert response.status.code == 0 and "dockerImage" in message and "container-image" in message, message
for properties, script, expected in (
        ({"vroot_network": "off"}, "/bin/busybox ls /sys/class/net /proc/net/dev >/dev/null 2>&1; /bin/busybox wc -l < /proc/net/dev", b"3\n"),
        ({"vroot_inputs": "read-only"}, "echo changed > input; /bin/busybox cat input", b"input\n"),
        ({"vroot_inputs": "copy-on-write"}, "echo changed > input; /bin/busybox cat input", b"changed\n"),
        ({"vroot_special": "off"}, "/bin/busybox ls /", b"bin\ninput\ntmp\n"),
        ({"vroot_special": "synthesized"}, "/bin/busybox ls -d /proc/self /dev/null /sys", b"/dev/null\n/proc/self\n/sys\n")):
    response = run(action(script, files=[("input", put(b"input\n"))], platform=platform(**properties)))
    assert (response.status.code, response.result.stdout_raw) == (0, expected), (properties, response)
print("platform")

response = run(action("", command_digest=put(re_pb.Command(arguments=["no-such-tool"]))))
assert (response.status.code, response.result.exit_code) == (0, 127)
assert b"no-such-tool: command not found" in response.result.stderr_raw, response
for number in (6, 9, 11, 15):
    response = run(action("kill -%d $$" % number))
    assert (response.status.code, response.result.exit_code) == (0, 128 + number), response
print("exit codes")

# Directories that are asked for as such are there before the action.
script = ("echo file > f; /bin/busybox mkdir -p d; echo in > d/x; /bin/busybox ln -s f lf; /bin/busybox rmdir ld; "
          "/bin/busybox ln -s d ld; /bin/busybox ln -s no lo")
response = run(action(script, output_files=["f", "lf", "absent"], output_directories=["d", "ld"]))
result, links = response.result, younger.read(younger.ResultFields, response.result)
assert [file.path for file in result.output_files] == ["f"] and [directory.path for directory in result.output_directories] == ["d"], response
tree = re_pb.Tree.FromString(client.get(result.output_directories[0].tree_digest))
assert [(file.name, file.digest) for file in tree.root.files] == [("x", digest_of(b"in\n"))]
assert [(link.path, link.target) for link in links.output_file_symlinks] == [("lf", "f")], links
assert [(link.path, link.target) for link in links.output_directory_symlinks] == [("ld", "d")], links
response = run(action(script, output_paths=["f", "d", "lf", "ld", "lo", "absent"], output_files=["ignored"]))
result, links = response.result, younger.read(younger.ResultFields, response.result)
assert [file.path for file in result.output_files] == ["f"] and [directory.path for directory in result.output_directories] == ["d"], response
assert sorted((link.path, link.target) for link in links.output_symlinks) == [("ld", "d"), ("lf", "f"), ("lo", "no")], links
print("outputs of 2.0 and 2.1")

response = run(action("/bin/busybox cat input; exit 4", files=[("input", put(b"x"))]))
metadata = response.result.execution_metadata
times = [getattr(metadata, name + "_timestamp").ToNanoseconds() for name in (
    "queued", "worker_start", "input_fetch_start", "input_fetch_completed", "execution_start", "execution_completed",
    "output_upload_start", "output_upload_completed", "worker_completed")]
assert metadata.worker and times[0] > 0 and times == sorted(times), metadata
young = younger.read(younger.MetadataFields, metadata)
assert young.virtual_execution_duration.ToNanoseconds() > 0
usage, inputs = younger.PosixUsage(), younger.InputRootUsage()
assert young.auxiliary_metadata[0].Unpack(usage) and young.auxiliary_metadata[1].Unpack(inputs), young
assert usage.maximum_resident_set_size > 0 and usage.page_reclaims > 0
assert inputs.files_read >= 2 and inputs.directories_resolved >= 1, inputs
log = response.server_logs["worker"]
assert log.human_readable and b"exit code 4" in client.get(log.digest)
print("metadata and server logs")

request = re_pb.ExecuteRequest(action_digest=action("echo out; echo err >&2")).SerializeToString()
request += younger.ExecuteRequestFields(inline_stdout=1, inline_stderr=1).SerializeToString()
seen = list(client.execution.Execute(re_pb.ExecuteRequest.FromString(request), timeout=LIMIT))
result = response_of(seen[-1]).result
assert (result.stdout_raw, result.stderr_raw) == (b"out\n", b"err\n")
response = run(action("/bin/busybox dd if=/dev/zero bs=1024 count=3000 2>/dev/null"))
assert not response.result.stdout_raw and client.get(response.result.stdout_digest) == bytes(3072000)
print("standard output")
