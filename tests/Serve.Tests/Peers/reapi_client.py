"""A client of an execution service with message definitions and a gRPC that nobody here wrote: buildstream's and python3-grpcio's."""

import hashlib
import os
import socket
import time
import uuid

import grpc
from buildstream._protos.build.bazel.remote.execution.v2 import remote_execution_pb2 as re_pb
from buildstream._protos.build.bazel.remote.execution.v2 import remote_execution_pb2_grpc as re_grpc
from buildstream._protos.google.longrunning import operations_pb2 as ops_pb
from buildstream._protos.google.longrunning import operations_pb2_grpc as ops_grpc
from buildstream._protos.google.rpc import status_pb2

import younger_messages as younger

LIMIT = 90


def digest_of(data):
    return re_pb.Digest(hash=hashlib.sha256(data).hexdigest(), size_bytes=len(data))


def subject_of(digest):
    return "blobs/%s/%d" % (digest.hash, digest.size_bytes)


def absent_digest():
    return digest_of(uuid.uuid4().bytes)


class Client:
    def __init__(self, target, cas_target=None):
        channel = grpc.insecure_channel(target)
        store = channel if cas_target is None else grpc.insecure_channel(cas_target)
        self.cas = re_grpc.ContentAddressableStorageStub(store)
        self.results = re_grpc.ActionCacheStub(store)
        self.execution = re_grpc.ExecutionStub(channel)
        self.operations = ops_grpc.OperationsStub(channel)
        self.capabilities = re_grpc.CapabilitiesStub(channel)
        with open("/bin/busybox", "rb") as program:
            self.busybox = self.put(program.read())

    def put(self, message):
        data = message if isinstance(message, bytes) else message.SerializeToString()
        request = re_pb.BatchUpdateBlobsRequest.Request(digest=digest_of(data), data=data)
        assert self.cas.BatchUpdateBlobs(re_pb.BatchUpdateBlobsRequest(requests=[request])).responses[0].status.code == 0
        return digest_of(data)

    def get(self, digest):
        response = self.cas.BatchReadBlobs(re_pb.BatchReadBlobsRequest(digests=[digest])).responses[0]
        assert response.status.code == 0, response
        return response.data

    def action(self, script, files=(), command_digest=None, root_digest=None, timeout=0, do_not_cache=False, output_paths=(), **fields):
        """The digest of an action of its own; output_paths are a field of 2.1, the others of 2.0."""
        command = re_pb.Command(arguments=["/bin/busybox", "sh", "-c", script, str(uuid.uuid4())], **fields)
        command_bytes = command.SerializeToString() + younger.CommandFields(output_paths=output_paths).SerializeToString()
        binaries = re_pb.Directory(files=[re_pb.FileNode(name="busybox", digest=self.busybox, is_executable=True)])
        root = re_pb.Directory(directories=[re_pb.DirectoryNode(name="bin", digest=self.put(binaries))],
                               files=[re_pb.FileNode(name=name, digest=digest) for name, digest in files])
        message = re_pb.Action(command_digest=command_digest or self.put(command_bytes), input_root_digest=root_digest or self.put(root),
                               do_not_cache=do_not_cache)
        if timeout:
            message.timeout.FromSeconds(timeout)
        return self.put(message)

    def start(self, digest, **fields):
        return self.execution.Execute(re_pb.ExecuteRequest(action_digest=digest, **fields), timeout=LIMIT)

    def run(self, digest, **fields):
        seen = list(self.start(digest, **fields))
        assert len({operation.name for operation in seen}) == 1
        assert [operation.done for operation in seen] == [False] * (len(seen) - 1) + [True]
        stages = [metadata_of(operation).stage for operation in seen]
        assert stages == sorted(stages) and stages[-1] == 4, stages
        assert metadata_of(seen[-1]).action_digest == digest
        return response_of(seen[-1])

    def refused(self, code, digest, **fields):
        """The details of the call's end."""
        try:
            list(self.start(digest, **fields))
        except grpc.RpcError as error:
            assert error.code() == code, error
            details = dict(error.trailing_metadata()).get("grpc-status-details-bin")
            return status_pb2.Status.FromString(details) if details else None
        raise AssertionError("%s was expected" % code)

    def fails(self, code, digest):
        """The response of an action that was taken, and could not be run; it is not in the action cache."""
        response = self.run(digest)
        assert response.status.code == code.value[0], response
        self.is_not_cached(digest)
        return response

    def is_not_cached(self, digest):
        try:
            result = self.results.GetActionResult(re_pb.GetActionResultRequest(action_digest=digest), timeout=LIMIT)
        except grpc.RpcError as error:
            assert error.code() == grpc.StatusCode.NOT_FOUND, error
        else:
            raise AssertionError("the action cache has %s" % result)


def response_of(operation):
    assert operation.done and operation.WhichOneof("result") == "response"
    response = re_pb.ExecuteResponse()
    assert operation.response.Unpack(response)
    return response


def metadata_of(operation):
    metadata = re_pb.ExecuteOperationMetadata()
    assert operation.metadata.Unpack(metadata)
    return metadata


def platform(**properties):
    named = [(name.replace("vroot_", "vroot:").replace("_", "-"), value) for name, value in properties.items()]
    return re_pb.Platform(properties=[re_pb.Platform.Property(name=name, value=value) for name, value in sorted(named)])


class Gate:
    """What an action connects to, by the words of `wait`, and waits at until it is opened: it runs then, and has read no input."""

    def __init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(LIMIT)
        self.wait = "/bin/busybox nc 127.0.0.1 %d" % self._listener.getsockname()[1]

    def reached(self):
        self._waiting = self._listener.accept()[0]

    def open(self):
        self._waiting.close()


def command_lines():
    """Those of all processes of the machine."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/cmdline" % name, "rb") as file:
                found.append(file.read().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            pass  # it ended meanwhile
    return found


def runs(mark):
    return any(mark in line for line in command_lines() if "_peer.py" not in line)


def eventually(condition, what):
    end = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.05)
