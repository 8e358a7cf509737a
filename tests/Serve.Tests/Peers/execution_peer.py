"""Has actions executed with message definitions and a gRPC that nobody here wrote: buildstream's and python3-grpcio's.

Prints one line for each step that went as REAPI says; anything else ends it with a traceback.
"""

import hashlib
import sys
import threading
import uuid

import grpc
from buildstream._protos.build.bazel.remote.execution.v2 import remote_execution_pb2 as re_pb
from buildstream._protos.build.bazel.remote.execution.v2 import remote_execution_pb2_grpc as re_grpc
from buildstream._protos.google.longrunning import operations_pb2 as ops_pb
from buildstream._protos.google.longrunning import operations_pb2_grpc as ops_grpc
from buildstream._protos.google.rpc import status_pb2

LIMIT = 90

channel = grpc.insecure_channel(sys.argv[1])
cas = re_grpc.ContentAddressableStorageStub(channel)
execution = re_grpc.ExecutionStub(channel)
operations = ops_grpc.OperationsStub(channel)


def digest_of(data):
    return re_pb.Digest(hash=hashlib.sha256(data).hexdigest(), size_bytes=len(data))


def put(message):
    data = message if isinstance(message, bytes) else message.SerializeToString()
    request = re_pb.BatchUpdateBlobsRequest.Request(digest=digest_of(data), data=data)
    assert cas.BatchUpdateBlobs(re_pb.BatchUpdateBlobsRequest(requests=[request])).responses[0].status.code == 0
    return digest_of(data)


with open("/bin/busybox", "rb") as program:
    BUSYBOX = put(program.read())


def action(script, files=(), command_digest=None, root_digest=None, timeout=0, do_not_cache=False, **fields):
    command = re_pb.Command(arguments=["/bin/busybox", "sh", "-c", script, str(uuid.uuid4())], **fields)
    binaries = re_pb.Directory(files=[re_pb.FileNode(name="busybox", digest=BUSYBOX, is_executable=True)])
    root = re_pb.Directory(directories=[re_pb.DirectoryNode(name="bin", digest=put(binaries))],
                           files=[re_pb.FileNode(name=name, digest=digest) for name, digest in files])
    message = re_pb.Action(command_digest=command_digest or put(command), input_root_digest=root_digest or put(root),
                           do_not_cache=do_not_cache)
    if timeout:
        message.timeout.FromSeconds(timeout)
    return put(message)


def response_of(operation):
    assert operation.done and operation.WhichOneof("result") == "response"
    response = re_pb.ExecuteResponse()
    assert operation.response.Unpack(response)
    return response


def stage_of(operation):
    metadata = re_pb.ExecuteOperationMetadata()
    assert operation.metadata.Unpack(metadata)
    return metadata.stage


def run(digest, **fields):
    seen = list(execution.Execute(re_pb.ExecuteRequest(action_digest=digest, **fields), timeout=LIMIT))
    assert len({operation.name for operation in seen}) == 1
    assert [operation.done for operation in seen] == [False] * (len(seen) - 1) + [True]
    stages = [stage_of(operation) for operation in seen]
    assert stages == sorted(stages) and stages[-1] == 4, stages
    return response_of(seen[-1])


def refused(code, digest, **fields):
    try:
        list(execution.Execute(re_pb.ExecuteRequest(action_digest=digest, **fields), timeout=LIMIT))
    except grpc.RpcError as error:
        assert error.code() == code, error
        details = dict(error.trailing_metadata()).get("grpc-status-details-bin")
        return status_pb2.Status.FromString(details) if details else None
    raise AssertionError("%s was expected" % code)


def names_missing(status, digest):
    assert status.code == grpc.StatusCode.FAILED_PRECONDITION.value[0], status
    assert len(status.details) == 1 and status.details[0].type_url.endswith("/google.rpc.PreconditionFailure")
    assert b"MISSING" in status.details[0].value
    assert ("blobs/%s/%d" % (digest.hash, digest.size_bytes)).encode() in status.details[0].value


capabilities = re_grpc.CapabilitiesStub(channel).GetCapabilities(re_pb.GetCapabilitiesRequest())
assert capabilities.execution_capabilities.exec_enabled
assert capabilities.execution_capabilities.digest_function == re_pb.SHA256
print("capabilities")

digest = action("echo out; echo made > o", output_files=["o"])
response = run(digest)
assert (response.status.code, response.result.exit_code, response.cached_result) == (0, 0, False), response
assert response.result.stdout_raw == b"out\n" and response.result.output_files[0].digest == digest_of(b"made\n")
assert response.result.execution_metadata.worker
assert run(digest).cached_result
assert not run(digest, skip_cache_lookup=True).cached_result
digest = action("true", do_not_cache=True)
assert not run(digest).cached_result and not run(digest).cached_result
print("execute")

stream = execution.Execute(re_pb.ExecuteRequest(action_digest=action("sleep 2; exit 5")), timeout=LIMIT)
name = next(stream).name
stream.cancel()
waited = list(execution.WaitExecution(re_pb.WaitExecutionRequest(name=name), timeout=LIMIT))
assert response_of(waited[-1]).result.exit_code == 5
assert response_of(operations.GetOperation(ops_pb.GetOperationRequest(name=name))).result.exit_code == 5
assert name in [operation.name for operation in operations.ListOperations(ops_pb.ListOperationsRequest()).operations]
print("wait execution")

stream = execution.Execute(re_pb.ExecuteRequest(action_digest=action("sleep 1000")), timeout=LIMIT)
name = next(stream).name
operations.CancelOperation(ops_pb.CancelOperationRequest(name=name))
assert response_of(list(stream)[-1]).status.code == grpc.StatusCode.CANCELLED.value[0]
print("cancel")

digest = action("sleep 2; echo once")
responses = []
threads = [threading.Thread(target=lambda: responses.append(run(digest))) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
assert len({response.result.execution_metadata.worker_start_timestamp.ToNanoseconds() for response in responses}) == 1
print("merging")

absent = digest_of(uuid.uuid4().bytes)
names_missing(refused(grpc.StatusCode.FAILED_PRECONDITION, absent), absent)
names_missing(refused(grpc.StatusCode.FAILED_PRECONDITION, action("true", command_digest=absent)), absent)
names_missing(refused(grpc.StatusCode.FAILED_PRECONDITION, action("true", root_digest=absent)), absent)
names_missing(run(action("cat input", files=[("input", absent)])).status, absent)
print("missing")

refused(grpc.StatusCode.INVALID_ARGUMENT, action("true", working_directory="../.."))
refused(grpc.StatusCode.INVALID_ARGUMENT, action("true", output_files=["/etc/passwd"]))
refused(grpc.StatusCode.INVALID_ARGUMENT, action("true", command_digest=put(re_pb.Command())))
refused(grpc.StatusCode.INVALID_ARGUMENT, re_pb.Digest(hash="x", size_bytes=1))
refused(grpc.StatusCode.INVALID_ARGUMENT, action("true", timeout=-5))
print("invalid")

response = run(action("echo begun; sleep 1000", timeout=3))
assert response.status.code == grpc.StatusCode.DEADLINE_EXCEEDED.value[0], response
assert response.result.stdout_raw == b"begun\n"
print("time limit")

properties = [re_pb.Platform.Property(name="Pool", value="x")]
refused(grpc.StatusCode.FAILED_PRECONDITION, action("true", platform=re_pb.Platform(properties=properties)))
properties = [re_pb.Platform.Property(name="OSFamily", value="linux"), re_pb.Platform.Property(name="dockerImage", value="x")]
# The field "message" is younger than these definitions, which keep what they do not know.
assert b"dockerImage" in run(action("true", platform=re_pb.Platform(properties=properties))).SerializeToString()
print("platform")

response = run(action("exec /no/such/tool"))
assert response.result.exit_code == 127
response = run(action("kill -9 $$"))
assert (response.status.code, response.result.exit_code) == (0, 137)
print("exit codes")
