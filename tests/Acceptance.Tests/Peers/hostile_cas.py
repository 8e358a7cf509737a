"""A CAS that serves what no CAS should. Usage: hostile_cas.py PROGRAM…

The programs (static ones) are in /bin of every root. Prints one line of JSON: the port, the roots, and the blobs' digests
by name. The messages are Debian's buildstream's, the transport is Debian's grpcio: nobody here wrote either.
"""
import hashlib
import json
import os
import signal
import sys
import threading
from concurrent import futures

import grpc
from buildstream._protos.build.bazel.remote.execution.v2 import remote_execution_pb2 as re
from buildstream._protos.build.bazel.remote.execution.v2 import remote_execution_pb2_grpc as re_grpc
from buildstream._protos.google.bytestream import bytestream_pb2, bytestream_pb2_grpc

CHUNK = 64 * 1024
served = {}  # hash -> the bytes that are answered, whatever the hash says
hanging = set()  # hashes that are never answered
names = {}


def digest_of(data):
    return re.Digest(hash=hashlib.sha256(data).hexdigest(), size_bytes=len(data))


def put(data, answer=None, name=None):
    digest = digest_of(data)
    served[digest.hash] = data if answer is None else answer
    if name is not None:
        names[name] = "%s/%d" % (digest.hash, digest.size_bytes)
    return digest


def directory(files=(), directories=(), symlinks=()):
    message = re.Directory()
    for name, digest, executable in files:
        message.files.add(name=name, digest=digest, is_executable=executable)
    for name, digest in directories:
        message.directories.add(name=name, digest=digest)
    for name, target in symlinks:
        message.symlinks.add(name=name, target=target)
    return message.SerializeToString()


def text(content):
    return put(content.encode())


def bin_directory(programs):
    files = []
    for path in sorted(programs, key=os.path.basename):
        with open(path, "rb") as program:
            files.append((os.path.basename(path), put(program.read()), True))
    return put(directory(files=files))


def bad_names():
    """Directories that are not canonical, by the name under which the root lists them."""
    a, b = text("a"), text("b")
    # protobuf keeps a NUL in a name; the names are told apart by position, not by how they print.
    yield "dot", directory(files=[(".", a, False)])
    yield "dotdot", directory(files=[("..", a, False)])
    yield "dotdot-directory", directory(directories=[("..", put(directory()))])
    yield "dotdot-symlink", directory(symlinks=[("..", "/etc")])
    yield "slash", directory(files=[("a/b", a, False)])
    yield "nul", directory(files=[("a\0b", a, False)])
    yield "empty-name", directory(files=[("", a, False)])
    yield "duplicate", directory(files=[("x", a, False), ("x", b, False)])
    yield "duplicate-kinds", directory(files=[("x", a, False)], directories=[("x", put(directory()))])
    yield "unsorted", directory(files=[("b", b, False), ("a", a, False)])
    yield "long-name", directory(files=[("n" * 256, a, False)])
    yield "short-hash", directory(files=[("x", re.Digest(hash="ab" * 31, size_bytes=1), False)])
    yield "odd-hash", directory(files=[("x", re.Digest(hash="zz" * 32, size_bytes=1), False)])
    yield "negative-size", directory(files=[("x", re.Digest(hash=a.hash, size_bytes=-1), False)])
    yield "not-protobuf", b"\xff\xff\xff\xff this is no message"


def bad_directories():
    for name, content in bad_names():
        yield name, put(content, name=name)

    # The size in the digest is not that of the bytes.
    content = directory(files=[("x", text("x"), False)])
    right = put(content)
    names["directory-of-wrong-size"] = "%s/%d" % (right.hash, right.size_bytes + 1)
    yield "directory-of-wrong-size", re.Digest(hash=right.hash, size_bytes=right.size_bytes + 1)

    # A well-formed directory under a digest that is another's.
    yield "directory-of-other-bytes", put(b"\n" + content, answer=directory(files=[("yy", text("x"), False)]), name="directory-of-other-bytes")
    yield "missing-directory", digest_missing("missing-directory")

    # A directory that lists its own digest, as no hash function allows.
    own = digest_of(b"the digest that lists itself")
    looping = directory(directories=[("again", own)])
    served[own.hash] = looping
    names["lists-itself"] = "%s/%d" % (own.hash, own.size_bytes)
    yield "lists-itself", own
    own = re.Digest(hash=hashlib.sha256(b"the same, of the right size").hexdigest())
    for _ in range(3):
        own.size_bytes = len(directory(directories=[("again", own)]))
    served[own.hash] = directory(directories=[("again", own)])
    names["lists-itself-sized"] = "%s/%d" % (own.hash, own.size_bytes)
    yield "lists-itself-sized", own


def digest_missing(name):
    digest = digest_of(name.encode())
    names[name] = "%s/%d" % (digest.hash, digest.size_bytes)
    return digest


def bad_files():
    good = text("good content\n")
    yield "file-of-wrong-size", re.Digest(hash=good.hash, size_bytes=good.size_bytes + 1)
    names["file-of-wrong-size"] = "%s/%d" % (good.hash, good.size_bytes + 1)
    yield "file-of-other-bytes", put(b"right bytes", answer=b"wrong bytes", name="file-of-other-bytes")
    yield "file-cut-short", put(b"all of the bytes", answer=b"all of", name="file-cut-short")
    yield "missing-file", digest_missing("missing-file")
    large = os.urandom(3 << 20)
    flipped = bytearray(large)
    flipped[2 << 20] ^= 1
    yield "large-of-other-bytes", put(large, answer=bytes(flipped), name="large-of-other-bytes")


def chain(levels):
    digest = put(directory(files=[("bottom", text("bottom\n"), False)]))
    for _ in range(levels):
        digest = put(directory(directories=[("d", digest)]))
    return digest


def exponential(levels):
    digest = put(directory(files=[("leaf", text("leaf\n"), False)]))
    for _ in range(levels):
        digest = put(directory(directories=[("a", digest), ("b", digest)]))
    return digest


def transport_files():
    """Blobs whose transport a proxy breaks, which finds them by their first bytes."""
    yield "huge-prefix", put(b"HUGE-PREFIX " + b"h" * 100, name="huge-prefix")
    yield "reset", put(b"RESET " * 700_000, name="reset")
    yield "reset-once", put(b"ONCE " + os.urandom(4 << 20), name="reset-once")
    hang = put(b"never answered", name="hang")
    hanging.add(hang.hash)
    yield "hang", hang


def root(programs, files=(), directories=()):
    files = sorted([(name, digest, False) for name, digest in files] + [("fine", text("fine\n"), False)])
    directories = sorted(list(directories) + [("bin", programs)])
    return put(directory(files=sorted(files, key=lambda entry: entry[0]), directories=sorted(directories, key=lambda entry: entry[0])))


class ByteStream(bytestream_pb2_grpc.ByteStreamServicer):
    def Read(self, request, context):
        parts = request.resource_name.split("/")
        wanted = parts[parts.index("blobs") + 1]
        wait_if_hanging(wanted, context)
        if wanted not in served:
            context.abort(grpc.StatusCode.NOT_FOUND, "no such blob")
        data = served[wanted]
        for start in range(request.read_offset, len(data), CHUNK):
            yield bytestream_pb2.ReadResponse(data=data[start:start + CHUNK])


class ContentAddressableStorage(re_grpc.ContentAddressableStorageServicer):
    def FindMissingBlobs(self, request, context):
        return re.FindMissingBlobsResponse(missing_blob_digests=[d for d in request.blob_digests if d.hash not in served])

    def BatchReadBlobs(self, request, context):
        response = re.BatchReadBlobsResponse()
        for digest in request.digests:
            wait_if_hanging(digest.hash, context)
            answer = response.responses.add(digest=digest)
            if digest.hash in served:
                answer.data = served[digest.hash]
            else:
                answer.status.code = grpc.StatusCode.NOT_FOUND.value[0]
        return response


class Capabilities(re_grpc.CapabilitiesServicer):
    def GetCapabilities(self, request, context):
        response = re.ServerCapabilities()
        response.cache_capabilities.digest_function.append(re.SHA256)
        response.cache_capabilities.max_batch_total_size_bytes = 1 << 20
        response.low_api_version.major = 2
        response.high_api_version.major = 2
        return response


def wait_if_hanging(wanted, context):
    if wanted in hanging:
        gone = threading.Event()
        context.add_callback(gone.set)
        gone.wait()


def main():
    programs = bin_directory(sys.argv[1:])
    bad = list(bad_directories())
    roots = {
        "content": root(programs, bad_files(), bad),
        "transport": root(programs, transport_files()),
        "chain": root(programs, directories=[("d", chain(10_000))]),
        "exponential": root(programs, directories=[("a", exponential(64))]),
    }
    roots.update(("root-" + name, digest) for name, digest in bad)

    server = grpc.server(futures.ThreadPoolExecutor(32))
    bytestream_pb2_grpc.add_ByteStreamServicer_to_server(ByteStream(), server)
    re_grpc.add_ContentAddressableStorageServicer_to_server(ContentAddressableStorage(), server)
    re_grpc.add_CapabilitiesServicer_to_server(Capabilities(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(json.dumps({
        "port": port,
        "roots": {name: "%s/%d" % (d.hash, d.size_bytes) for name, d in roots.items()},
        "blobs": names,
    }), flush=True)
    signal.pause()


main()
