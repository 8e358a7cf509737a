"""grpcio as the client of the test service (see PeerService.cs): runs every case below against the addresses given.

Prints a line "case<TAB>address<TAB>ok" or "case<TAB>address<TAB>what went wrong" for each.
"""

import sys
import time

import grpc

SERVICE = "/vroot.test.Peer/"
PATIENCE = 20


def unary(channel):
    return channel.unary_unary(SERVICE + "Unary")


def failing(code, message, details=b""):
    metadata = [("x-do", "fail"), ("x-code", str(code)), ("x-message-bin", message.encode())]
    if details:
        metadata.append(("x-details-bin", details))
    return metadata


def expect_error(call, code):
    try:
        result = call()
    except grpc.RpcError as error:
        assert error.code() == code, (error.code(), error.details())
        return error
    raise AssertionError("no error but %r" % (result,))


def unary_echo(channel):
    assert unary(channel)(b"hello", timeout=PATIENCE) == b"hello"
    assert unary(channel)(b"", timeout=PATIENCE) == b""


def unary_big(channel):
    message = bytes(range(256)) * 50000
    assert unary(channel)(message, timeout=PATIENCE) == message


def unary_metadata(channel):
    sent = [("x-echo", "one"), ("x-echo-bin", b"\x00\x01\xff\xfe"), ("x-echo-bin", b"")]
    _, call = unary(channel).with_call(b"m", metadata=[("x-do", "metadata")] + sent, timeout=PATIENCE)
    for received in (call.initial_metadata(), call.trailing_metadata()):
        values = [(key, value) for key, value in received if key.startswith("x-echo")]
        assert values == sent, values


def unary_failure(channel):
    message = "blob 100% fehlt: Gr\u00f6\u00dfe \u65e5\u672c\u8a9e \U0001f512\nline two"
    details = b"\x08\x09\x12\x02hi"
    error = expect_error(
        lambda: unary(channel)(b"", metadata=failing(9, message, details) + [("x-echo", "t")], timeout=PATIENCE),
        grpc.StatusCode.FAILED_PRECONDITION)
    assert error.details() == message, error.details()
    trailers = dict(error.trailing_metadata())
    assert trailers["grpc-status-details-bin"] == details, trailers
    assert trailers["x-echo"] == "t", trailers


def unary_every_code(channel):
    for code in grpc.StatusCode:
        number = code.value[0]
        if number != 0:
            expect_error(lambda n=number: unary(channel)(b"", metadata=failing(n, "m"), timeout=PATIENCE), code)


def unary_handler_throws(channel):
    error = expect_error(lambda: unary(channel)(b"", metadata=[("x-do", "throw")], timeout=PATIENCE), grpc.StatusCode.UNKNOWN)
    assert "secret" not in error.details(), error.details()


def unary_unknown_method(channel):
    expect_error(lambda: channel.unary_unary(SERVICE + "Unknown")(b"", timeout=PATIENCE), grpc.StatusCode.UNIMPLEMENTED)


def unary_deadline(channel):
    start = time.monotonic()
    expect_error(lambda: unary(channel)(b"", metadata=[("x-do", "sleep")], timeout=0.3), grpc.StatusCode.DEADLINE_EXCEEDED)
    assert time.monotonic() - start < 5


def unary_timeout_reaches_server(channel):
    left = float(unary(channel)(b"", metadata=[("x-do", "deadline")], timeout=1000))
    assert 950 < left <= 1020, left
    assert unary(channel)(b"", metadata=[("x-do", "deadline")]) == b"none"


def unary_cancel(channel):
    call = unary(channel).future(b"", metadata=[("x-do", "sleep")], timeout=PATIENCE)
    time.sleep(0.1)
    call.cancel()
    assert call.code() == grpc.StatusCode.CANCELLED, call.code()


def unary_too_big(channel):
    expect_error(lambda: unary(channel)(bytes(17 << 20), timeout=PATIENCE), grpc.StatusCode.RESOURCE_EXHAUSTED)


def unary_compressed(channel):
    expect_error(
        lambda: unary(channel)(b"a" * 10000, compression=grpc.Compression.Gzip, timeout=PATIENCE),
        grpc.StatusCode.UNIMPLEMENTED)


def server_streaming(channel):
    messages = list(channel.unary_stream(SERVICE + "ServerStreaming")(b"200 1000", timeout=PATIENCE))
    assert messages == [bytes([i]) * 1000 for i in range(200)]
    assert list(channel.unary_stream(SERVICE + "ServerStreaming")(b"0 0", timeout=PATIENCE)) == []


def server_streaming_big(channel):
    total = sum(len(m) for m in channel.unary_stream(SERVICE + "ServerStreaming")(b"40 1048576", timeout=PATIENCE))
    assert total == 40 << 20, total


def server_streaming_failure(channel):
    stream = channel.unary_stream(SERVICE + "ServerStreaming")(b"3 10", metadata=failing(15, "half"), timeout=PATIENCE)
    for _ in range(3):
        assert len(next(stream)) == 10
    expect_error(lambda: next(stream), grpc.StatusCode.DATA_LOSS)


def server_streaming_cancel(channel):
    stream = channel.unary_stream(SERVICE + "ServerStreaming")(b"1 10", metadata=[("x-do", "sleep")], timeout=PATIENCE)
    assert len(next(stream)) == 10
    stream.cancel()
    expect_error(lambda: next(stream), grpc.StatusCode.CANCELLED)


def client_streaming(channel):
    call = channel.stream_unary(SERVICE + "ClientStreaming")
    assert call(iter([bytes(i) for i in range(300)]), timeout=PATIENCE) == b"44850"
    assert call(iter([]), timeout=PATIENCE) == b"0"


def client_streaming_big(channel):
    call = channel.stream_unary(SERVICE + "ClientStreaming")
    assert call((bytes(1 << 20) for _ in range(40)), timeout=PATIENCE) == b"%d" % (40 << 20)


def client_streaming_early(channel):
    call = channel.stream_unary(SERVICE + "ClientStreaming")
    assert call((bytes(1 << 20) for _ in range(400)), metadata=[("x-do", "early")], timeout=PATIENCE) == b"1048576"


def client_streaming_failure(channel):
    call = channel.stream_unary(SERVICE + "ClientStreaming")
    expect_error(lambda: call(iter([b"1"]), metadata=failing(8, "full"), timeout=PATIENCE), grpc.StatusCode.RESOURCE_EXHAUSTED)


def duplex(channel):
    sent = [bytes([i]) * 100 for i in range(200)]
    assert list(channel.stream_stream(SERVICE + "Duplex")(iter(sent), timeout=PATIENCE)) == sent


def duplex_failure(channel):
    stream = channel.stream_stream(SERVICE + "Duplex")(iter([b"1"]), metadata=failing(10, "again"), timeout=PATIENCE)
    assert next(stream) == b"1"
    expect_error(lambda: next(stream), grpc.StatusCode.ABORTED)


CASES = [
    unary_echo, unary_big, unary_metadata, unary_failure, unary_every_code, unary_handler_throws, unary_unknown_method,
    unary_deadline, unary_timeout_reaches_server, unary_cancel, unary_too_big, unary_compressed, server_streaming,
    server_streaming_big, server_streaming_failure, server_streaming_cancel, client_streaming, client_streaming_big,
    client_streaming_early, client_streaming_failure, duplex, duplex_failure,
]


def main():
    options = [("grpc.max_receive_message_length", 64 << 20), ("grpc.max_send_message_length", 64 << 20)]
    for address in sys.argv[1:]:
        with grpc.insecure_channel(address, options=options) as channel:
            for case in CASES:
                try:
                    case(channel)
                    result = "ok"
                except Exception as error:  # the test shows it
                    result = repr(error).replace("\n", " ").replace("\t", " ")
                print(case.__name__, address.split(":")[0], result, sep="\t", flush=True)


main()
