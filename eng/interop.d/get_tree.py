"""Prints the digest of each Directory that a server's GetTree tells of a root, sorted: get_tree.py HOST:PORT HASH/SIZE."""
import hashlib
import sys

import grpc
from buildstream._protos.build.bazel.remote.execution.v2 import remote_execution_pb2 as re_pb
from buildstream._protos.build.bazel.remote.execution.v2 import remote_execution_pb2_grpc as re_grpc

address, digest = sys.argv[1:]
root, size = digest.split("/")
stub = re_grpc.ContentAddressableStorageStub(grpc.insecure_channel(address))
request = re_pb.GetTreeRequest(root_digest=re_pb.Digest(hash=root, size_bytes=int(size)))
told = set()
while True:
    for response in stub.GetTree(request, timeout=60):
        for directory in response.directories:
            encoded = directory.SerializeToString(deterministic=True)
            told.add(f"{hashlib.sha256(encoded).hexdigest()}/{len(encoded)}")
    if not response.next_page_token:
        break
    request.page_token = response.next_page_token
print("\n".join(sorted(told)))
