#!/usr/bin/python3
"""Runs a command in a root of a build directory, as a worker would, by the control API (docs/control-api.md).

    vroot build-directory /srv/build --control /run/vroot.sock &
    build_root.py /run/vroot.sock $(vroot push /path/to/tree) --output out/result --result result.pb -- bin/sh -c 'echo hi >out/result'

Needs Debian's python3-grpcio and protobuf-compiler, and the right to chroot. Prints what the command wrote; exits with its status.
"""
import argparse
import os
import subprocess
import sys
import tempfile

import grpc

PROTO = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../src/Worker/Control/control.proto")


def messages(proto):
    """The API's messages, made from their description."""
    with tempfile.TemporaryDirectory() as made:
        subprocess.run(["protoc", "-I", os.path.dirname(proto), "--python_out", made, os.path.basename(proto)], check=True)
        sys.path.insert(0, made)
        import control_pb2
        return control_pb2


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("socket")
    parser.add_argument("input_root", help="HASH/SIZE")
    parser.add_argument("--output", action="append", default=[], help="a path in the root; any number of times")
    parser.add_argument("--result", help="where the ActionResult goes")
    parser.add_argument("command", nargs="+")
    arguments = parser.parse_args()
    api = messages(PROTO)
    channel = grpc.insecure_channel("unix:" + arguments.socket)

    def call(name, request, answer):
        method = channel.unary_unary("/vroot.control.v1.Control/" + name, type(request).SerializeToString, answer.FromString)
        return method(request, timeout=60)

    wanted = api.CommitRequest(output_paths=arguments.output)
    root = call("CreateRoot", api.CreateRootRequest(input_root=arguments.input_root, outputs=wanted), api.Root)
    try:
        with open(root.stdout_path, "wb") as stdout, open(root.stderr_path, "wb") as stderr:
            action = subprocess.Popen(["/usr/sbin/chroot", root.root_path, *arguments.command], stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, env={"PATH": "/usr/bin:/bin"})
        call("SetActionInit", api.SetActionInitRequest(id=root.id, pid=action.pid), api.SetActionInitResponse)
        status = action.wait()
        call("WaitRoot", api.WaitRootRequest(id=root.id), api.WaitRootResponse)
        captured = call("Commit", api.CommitRequest(root=root.id), api.CommitResponse)
        for path, stream in ((root.stdout_path, sys.stdout), (root.stderr_path, sys.stderr)):
            with open(path) as text:
                stream.write(text.read())
        for warning in captured.warnings:
            print(warning, file=sys.stderr)
    finally:
        used = call("DestroyRoot", api.DestroyRootRequest(id=root.id, wait=True), api.DestroyRootResponse).statistics
    for failure in used.first_failures:
        print("input failed:", failure.message, file=sys.stderr)
    if used.input_failures:
        return status or 125  # without its inputs no command has succeeded
    if arguments.result:
        with open(arguments.result, "wb") as result:
            result.write(captured.action_result)
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main())
