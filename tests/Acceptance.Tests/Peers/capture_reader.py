"""Reads an ActionResult and everything that it names back from a CAS, and tells it as JSON.

Usage: capture_reader.py HOST:PORT RESULT. The gRPC and the message classes are python3-grpcio's and buildstream's. The
fields that are younger than buildstream's classes (output_symlinks, node_properties, is_topologically_sorted, ...) are
read by a parser of the wire format here, whose tables are REAPI's.
"""

import hashlib
import json
import struct
import sys

import grpc
from buildstream._protos.build.bazel.remote.execution.v2 import remote_execution_pb2 as re_pb
from buildstream._protos.build.bazel.remote.execution.v2 import remote_execution_pb2_grpc as re_grpc
from buildstream._protos.google.bytestream import bytestream_pb2 as bs_pb
from buildstream._protos.google.bytestream import bytestream_pb2_grpc as bs_grpc

# name: (number, kind or table, repeated)
DIGEST = {"hash": (1, "text", False), "size": (2, "int", False)}
TIME = {"seconds": (1, "int", False), "nanos": (2, "int", False)}
NUMBER = {"value": (1, "int", False)}
PROPERTIES = {"mtime": (2, TIME, False), "unix_mode": (3, NUMBER, False)}
FILE_NODE = {"name": (1, "text", False), "digest": (2, DIGEST, False), "executable": (4, "int", False), "properties": (6, PROPERTIES, False)}
DIRECTORY_NODE = {"name": (1, "text", False), "digest": (2, DIGEST, False)}
SYMLINK_NODE = {"name": (1, "text", False), "target": (2, "text", False), "properties": (4, PROPERTIES, False)}
DIRECTORY = {"files": (1, FILE_NODE, True), "directories": (2, DIRECTORY_NODE, True), "symlinks": (3, SYMLINK_NODE, True)}
OUTPUT_FILE = {"path": (1, "text", False), "digest": (2, DIGEST, False), "executable": (4, "int", False), "properties": (7, PROPERTIES, False)}
OUTPUT_DIRECTORY = {"path": (1, "text", False), "tree": (3, DIGEST, False), "sorted": (4, "int", False), "root": (5, DIGEST, False)}
OUTPUT_SYMLINK = {"path": (1, "text", False), "target": (2, "text", False), "properties": (4, PROPERTIES, False)}
RESULT = {
    "files": (2, OUTPUT_FILE, True), "directories": (3, OUTPUT_DIRECTORY, True), "exit_code": (4, "int", False),
    "stdout_raw": (5, "bytes", False), "stdout_digest": (6, DIGEST, False),
    "stderr_raw": (7, "bytes", False), "stderr_digest": (8, DIGEST, False),
    "file_symlinks": (10, OUTPUT_SYMLINK, True), "directory_symlinks": (11, OUTPUT_SYMLINK, True), "symlinks": (12, OUTPUT_SYMLINK, True),
}


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def fields(data):
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        if tag & 7 == 0:
            value, at = varint(data, at)
        elif tag & 7 == 2:
            length, at = varint(data, at)
            value = data[at:at + length]
            assert len(value) == length
            at += length
        elif tag & 7 == 1:
            value, at = struct.unpack("<q", data[at:at + 8])[0], at + 8
        else:
            raise AssertionError("wire type %d" % (tag & 7))
        yield tag >> 3, value


def parse(data, table):
    message = {name: [] if repeated else None for name, (_, _, repeated) in table.items()}
    names = {number: (name, kind, repeated) for name, (number, kind, repeated) in table.items()}
    for number, value in fields(data):
        if number not in names:
            continue
        name, kind, repeated = names[number]
        if isinstance(kind, dict):
            value = parse(value, kind)
        elif kind == "text":
            value = value.decode("utf-8")
        if repeated:
            message[name].append(value)
        else:
            message[name] = value
    return message


channel = grpc.insecure_channel(sys.argv[1])
cas = re_grpc.ContentAddressableStorageStub(channel)
stream = bs_grpc.ByteStreamStub(channel)
cache = {}


def digest_of(data):
    return {"hash": hashlib.sha256(data).hexdigest(), "size": len(data) or None}


def fetch_all(digests):
    """Small blobs in batches, before they are asked for one by one."""
    small = {d["hash"]: d for d in digests if 0 < (d["size"] or 0) < 100000 and d["hash"] not in cache}
    wanted = [re_pb.Digest(hash=d["hash"], size_bytes=d["size"]) for d in small.values()]
    for start in range(0, len(wanted), 1000):
        answer = cas.BatchReadBlobs(re_pb.BatchReadBlobsRequest(digests=wanted[start:start + 1000]))
        for response in answer.responses:
            assert response.status.code == 0, response
            cache[response.digest.hash] = response.data


def blob(digest):
    if not digest["size"]:
        assert digest["hash"] == hashlib.sha256(b"").hexdigest()
        return b""
    if digest["hash"] not in cache:
        request = bs_pb.ReadRequest(resource_name="blobs/%s/%d" % (digest["hash"], digest["size"]))
        cache[digest["hash"]] = b"".join(response.data for response in stream.Read(request))
    data = cache[digest["hash"]]
    assert digest_of(data) == digest, digest
    return data


def tell_properties(properties):
    if properties is None:
        return {}
    told = {}
    if properties["mtime"] is not None:
        told["mtime"] = "%d.%09d" % (properties["mtime"]["seconds"] or 0, properties["mtime"]["nanos"] or 0)
    if properties["unix_mode"] is not None:
        told["unix_mode"] = oct(properties["unix_mode"]["value"] or 0)[2:]
    return told


def tell_content(node):
    data = blob(node["digest"])
    told = {"content": data.decode("latin-1")} if len(data) <= 64 else {"sha256": node["digest"]["hash"], "size": len(data)}
    told.update({"executable": bool(node["executable"])}, **tell_properties(node["properties"]))
    return told


def require_canonical(directory):
    for kind in ("files", "directories", "symlinks"):
        names = [node["name"].encode() for node in directory[kind]]
        assert names == sorted(names), names
    every = [node["name"] for kind in ("files", "directories", "symlinks") for node in directory[kind]]
    assert len(every) == len(set(every)) and not any(name in ("", ".", "..") or "/" in name for name in every), every


def flatten(data, find, prefix, told):
    directory = parse(data, DIRECTORY)
    require_canonical(directory)
    re_pb.Directory.FromString(data)
    fetch_all([node["digest"] for node in directory["files"]])
    for node in directory["files"]:
        told[prefix + node["name"]] = tell_content(node)
    for node in directory["symlinks"]:
        told[prefix + node["name"]] = dict({"target": node["target"]}, **tell_properties(node["properties"]))
    for node in directory["directories"]:
        told[prefix + node["name"] + "/"] = {}
        flatten(find(node["digest"]), find, prefix + node["name"] + "/", told)
    return told


def tell_tree(digest):
    data = blob(digest)
    assert [number for number, _ in fields(data)] == sorted(number for number, _ in fields(data)), "the root comes first"
    directories = [value for _, value in fields(data)]
    hashes = [digest_of(value)["hash"] for value in directories]
    assert len(hashes) == len(set(hashes)), "a directory stands in the tree twice"
    places = {name: place for place, name in enumerate(hashes)}
    for place, value in enumerate(directories):
        for node in parse(value, DIRECTORY)["directories"]:
            assert places[node["digest"]["hash"]] > place, "a child stands before its parent"
    theirs = re_pb.Tree.FromString(data)
    assert len(theirs.children) == len(directories) - 1
    return {"directories": len(directories), "root": "%s/%d" % (hashes[0], len(directories[0])),
            "entries": flatten(directories[0], lambda child: directories[places[child["hash"]]], "", {})}


def tell_directory(directory):
    told = {"sorted": bool(directory["sorted"])}
    if directory["tree"] is not None:
        told["tree"] = tell_tree(directory["tree"])
    if directory["root"] is not None:
        told["root"] = "%s/%d" % (directory["root"]["hash"], directory["root"]["size"] or 0)
        told["entries"] = flatten(blob(directory["root"]), blob, "", {})
    return told


def tell_links(links):
    return {link["path"]: dict({"target": link["target"]}, **tell_properties(link["properties"])) for link in links}


def tell_text(raw, digest):
    if digest is not None:
        return {"blob": digest["hash"], "size": len(blob(digest))}
    return {"raw": (raw or b"").decode("latin-1")}


with open(sys.argv[2], "rb") as file:
    message = file.read()
result = parse(message, RESULT)
theirs = re_pb.ActionResult.FromString(message)
assert [f.path for f in theirs.output_files] == [f["path"] or "" for f in result["files"]]
assert [d.path for d in theirs.output_directories] == [d["path"] or "" for d in result["directories"]]
assert theirs.exit_code == (result["exit_code"] or 0)
fetch_all([node["digest"] for node in result["files"]])
print(json.dumps({
    "exit_code": result["exit_code"] or 0,
    "stdout": tell_text(result["stdout_raw"], result["stdout_digest"]),
    "stderr": tell_text(result["stderr_raw"], result["stderr_digest"]),
    "files": {node["path"]: tell_content(node) for node in result["files"]},
    "directories": {node["path"] or "": tell_directory(node) for node in result["directories"]},
    "symlinks": tell_links(result["symlinks"]),
    "file_symlinks": tell_links(result["file_symlinks"]),
    "directory_symlinks": tell_links(result["directory_symlinks"]),
}))
