"""Talks to a CAS with message definitions and a gRPC that nobody here wrote: buildstream's and python3-grpcio's.

Prints one line for each step that went as REAPI says; anything else ends it with a traceback.
"""

import hashlib
import sys
import uuid

import grpc
from buildstream._protos.build.bazel.remote.execution.v2 import remote_execution_pb2 as re_pb
from buildstream._protos.build.bazel.remote.execution.v2 import remote_execution_pb2_grpc as re_grpc
from buildstream._protos.google.bytestream import bytestream_pb2 as bs_pb
from buildstream._protos.google.bytestream import bytestream_pb2_grpc as bs_grpc


def digest_of(data):
    return re_pb.Digest(hash=hashlib.sha256(data).hexdigest(), size_bytes=len(data))


def resource(digest):
    return "blobs/%s/%d" % (digest.hash, digest.size_bytes)


def writes(digest, data, piece, name=None):
    name = name or "uploads/%s/%s" % (uuid.uuid4(), resource(digest))
    for offset in range(0, len(data), piece):
        part = data[offset:offset + piece]
        yield bs_pb.WriteRequest(resource_name=name if offset == 0 else "", write_offset=offset, data=part,
                                 finish_write=offset + len(part) == len(data))


def fails(code, call):
    try:
        call()
    except grpc.RpcError as error:
        assert error.code() == code, error
        return error.details()
    raise AssertionError("%s was expected" % code)


channel = grpc.insecure_channel(sys.argv[1])
cas = re_grpc.ContentAddressableStorageStub(channel)
actions = re_grpc.ActionCacheStub(channel)
stream = bs_grpc.ByteStreamStub(channel)

capabilities = re_grpc.CapabilitiesStub(channel).GetCapabilities(re_pb.GetCapabilitiesRequest())
assert (capabilities.low_api_version.major, capabilities.low_api_version.minor) == (2, 0)
assert re_pb.SHA256 in capabilities.cache_capabilities.digest_function
assert capabilities.cache_capabilities.max_batch_total_size_bytes == 4 << 20
print("capabilities")

small = [b"blob %d" % number for number in range(50)]
digests = [digest_of(data) for data in small]
missing = cas.FindMissingBlobs(re_pb.FindMissingBlobsRequest(blob_digests=digests)).missing_blob_digests
assert list(missing) == digests
updates = [re_pb.BatchUpdateBlobsRequest.Request(digest=d, data=data) for d, data in zip(digests, small)]
updates.append(re_pb.BatchUpdateBlobsRequest.Request(digest=digest_of(b"right"), data=b"wrong"))
answers = cas.BatchUpdateBlobs(re_pb.BatchUpdateBlobsRequest(requests=updates)).responses
assert [answer.status.code for answer in answers] == [0] * 50 + [3]
assert not cas.FindMissingBlobs(re_pb.FindMissingBlobsRequest(blob_digests=digests)).missing_blob_digests
print("batch update")

absent = digest_of(b"absent")
answers = cas.BatchReadBlobs(re_pb.BatchReadBlobsRequest(digests=digests + [absent])).responses
assert [answer.data for answer in answers][:50] == small
assert answers[50].status.code == 5 and absent.hash in answers[50].status.message
print("batch read")

large = bytes(range(256)) * 20000
assert stream.Write(writes(digest_of(large), large, 100000)).committed_size == len(large)
assert stream.Write(writes(digest_of(large), large, 100000)).committed_size == len(large)
wrong = large[:-1] + b"x"
assert digest_of(large[1:]).hash in fails(
    grpc.StatusCode.INVALID_ARGUMENT, lambda: stream.Write(writes(digest_of(large[1:]), wrong[1:], 1000000)))
print("bytestream write")

read = stream.Read(bs_pb.ReadRequest(resource_name=resource(digest_of(large)), read_offset=1234567))
assert b"".join(response.data for response in read) == large[1234567:]
read = stream.Read(bs_pb.ReadRequest(resource_name="any/instance/" + resource(digest_of(large)), read_offset=5, read_limit=300000))
assert b"".join(response.data for response in read) == large[5:300005]
fails(grpc.StatusCode.NOT_FOUND, lambda: list(stream.Read(bs_pb.ReadRequest(resource_name=resource(absent)))))
fails(grpc.StatusCode.OUT_OF_RANGE, lambda: list(stream.Read(bs_pb.ReadRequest(resource_name=resource(digests[0]), read_offset=99))))
fails(grpc.StatusCode.INVALID_ARGUMENT, lambda: list(stream.Read(bs_pb.ReadRequest(resource_name="nonsense"))))
print("bytestream read")

name = "uploads/%s/%s" % (uuid.uuid4(), resource(digest_of(large[2:])))
half = 2000000
begun = stream.Write(iter([bs_pb.WriteRequest(resource_name=name, data=large[2:2 + half])]))
assert begun.committed_size == half
status = stream.QueryWriteStatus(bs_pb.QueryWriteStatusRequest(resource_name=name))
assert (status.committed_size, status.complete) == (half, False)
rest = bs_pb.WriteRequest(resource_name=name, write_offset=half, data=large[2 + half:], finish_write=True)
assert stream.Write(iter([rest])).committed_size == len(large) - 2
assert stream.QueryWriteStatus(bs_pb.QueryWriteStatusRequest(resource_name=name)).complete
print("bytestream resume")

leaf = re_pb.Directory(files=[re_pb.FileNode(name="f", digest=digests[0], is_executable=True)])
root = re_pb.Directory(directories=[re_pb.DirectoryNode(name="d%d" % n, digest=digest_of(leaf.SerializeToString())) for n in range(3)],
                       symlinks=[re_pb.SymlinkNode(name="l", target="d1/f")])
for directory in (leaf, root):
    data = directory.SerializeToString()
    stream.Write(writes(digest_of(data), data, 10))
pages = list(cas.GetTree(re_pb.GetTreeRequest(root_digest=digest_of(root.SerializeToString()), page_size=1)))
assert [list(page.directories) for page in pages] == [[root], [leaf]]
fails(grpc.StatusCode.NOT_FOUND, lambda: list(cas.GetTree(re_pb.GetTreeRequest(root_digest=absent))))
print("get tree")

action = digest_of(b"action")
result = re_pb.ActionResult(exit_code=4, output_files=[re_pb.OutputFile(path="o", digest=digests[3])])
fails(grpc.StatusCode.NOT_FOUND, lambda: actions.GetActionResult(re_pb.GetActionResultRequest(action_digest=action)))
actions.UpdateActionResult(re_pb.UpdateActionResultRequest(action_digest=action, action_result=result))
assert actions.GetActionResult(re_pb.GetActionResultRequest(action_digest=action)) == result
result.output_files[0].digest.CopyFrom(absent)
assert absent.hash in fails(grpc.StatusCode.FAILED_PRECONDITION, lambda: actions.UpdateActionResult(
    re_pb.UpdateActionResultRequest(action_digest=action, action_result=result)))
print("action cache")
