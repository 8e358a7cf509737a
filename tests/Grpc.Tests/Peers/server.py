"""The test service (see PeerService.cs) on grpcio, with bytes as messages.

Prints its port, then serves until its standard input ends. An argument is a unix socket to listen on as well.
"""

import sys
import time
from concurrent import futures

import grpc

SERVICE = "vroot.test.Peer"
CODES = {code.value[0]: code for code in grpc.StatusCode}


def header(context, name):
    for key, value in context.invocation_metadata():
        if key == name:
            return value
    return None


def echoed(context):
    return [(key, value) for key, value in context.invocation_metadata() if key.startswith("x-echo")]


def fail(context):
    trailers = echoed(context)
    details = header(context, "x-details-bin")
    if details is not None:
        trailers.append(("grpc-status-details-bin", details))
    context.set_trailing_metadata(trailers)
    context.abort(CODES[int(header(context, "x-code"))], header(context, "x-message-bin").decode())


def sleep(context):
    for _ in range(600):
        if not context.is_active():
            return
        time.sleep(0.02)


def unary(request, context):
    what = header(context, "x-do")
    if what == "fail":
        fail(context)
    elif what == "metadata":
        context.send_initial_metadata(echoed(context))
        context.set_trailing_metadata(echoed(context))
    elif what == "sleep":
        sleep(context)
    elif what == "deadline":
        left = context.time_remaining()
        return b"none" if left is None else b"%.1f" % left
    elif what == "big":
        return bytes(int(request))
    return request


def server_streaming(request, context):
    count, size = (int(word) for word in request.split())
    for i in range(count):
        yield bytes([i]) * size
    what = header(context, "x-do")
    if what == "fail":
        fail(context)
    elif what == "sleep":
        sleep(context)


def client_streaming(requests, context):
    what = header(context, "x-do")
    total = 0
    for request in requests:
        total += len(request)
        if what == "early":
            break
    if what == "fail":
        fail(context)
    return b"%d" % total


def duplex(requests, context):
    for request in requests:
        yield request
    if header(context, "x-do") == "fail":
        fail(context)


def main():
    options = [
        ("grpc.max_receive_message_length", 64 << 20),
        ("grpc.max_send_message_length", 64 << 20),
        ("grpc.so_reuseport", 0),
    ]
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=16), options=options)
    server.add_generic_rpc_handlers([
        grpc.method_handlers_generic_handler(SERVICE, {
            "Unary": grpc.unary_unary_rpc_method_handler(unary),
            "ServerStreaming": grpc.unary_stream_rpc_method_handler(server_streaming),
            "ClientStreaming": grpc.stream_unary_rpc_method_handler(client_streaming),
            "Duplex": grpc.stream_stream_rpc_method_handler(duplex),
        }),
    ])
    port = server.add_insecure_port("127.0.0.1:0")
    for path in sys.argv[1:]:
        server.add_insecure_port("unix:" + path)
    server.start()
    print(port, flush=True)
    sys.stdin.read()
    server.stop(0)


main()
