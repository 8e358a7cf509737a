import mmap
import os

from ..cases import case, case_of_created
from ..observing import changes, child, content, put, size, tried

PAGE = 4096


def _map(path, access=mmap.ACCESS_WRITE, length=0):
    fd = os.open(path, os.O_RDWR if access == mmap.ACCESS_WRITE else os.O_RDONLY)
    try:
        return mmap.mmap(fd, length, access=access)
    finally:
        os.close(fd)


@case
def shared_is_read_back():
    with _map("big") as view:
        view[5000:5005] = b"MAPPD"
        view.flush()
    return content("big")


@case
def shared_is_seen_before_it_is_flushed():
    with _map("big") as view:
        view[5000:5005] = b"MAPPD"
        return os.pread(os.open("big", os.O_RDONLY), 7, 4999).hex()


@case
def shared_is_seen_by_another_process():
    with _map("big") as view:
        view[0:3] = b"123"
        return child(lambda: os.pread(os.open("big", os.O_RDONLY), 5, 0).hex())


@case
def writes_show_in_a_shared_mapping():
    with _map("big") as view:
        before = view[100:104].hex()
        os.pwrite(os.open("big", os.O_RDWR), b"wrtn", 100)
        return before, view[100:104].decode()


@case
def writes_show_in_a_mapping_for_reading():
    with _map("big", mmap.ACCESS_READ) as view:
        before = view[100:104].hex()
        os.pwrite(os.open("big", os.O_RDWR), b"wrtn", 100)
        return before, view[100:104].decode(), view[199_999]


@case
def another_process_writes():
    with _map("big") as view:
        child(lambda: os.pwrite(os.open("big", os.O_RDWR), b"child", 150_000))
        return view[150_000:150_005].decode()


@case
def two_shared_mappings_are_one():
    with _map("big") as one, _map("big") as two:
        one[0:2] = b"on"
        two[2:4] = b"tw"
        return one[0:4].decode(), two[0:4].decode()


@case
def between_processes():
    with _map("big") as view:
        child(lambda: view.__setitem__(slice(10, 15), b"child"))
        return view[10:15].decode(), os.pread(os.open("big", os.O_RDONLY), 5, 10).decode()


@case
def private_stays_private():
    with _map("big", mmap.ACCESS_COPY) as view:
        view[0:4] = b"mine"
        return view[0:4].decode(), content("big")


@case
def private_sees_earlier_writes():
    os.pwrite(os.open("big", os.O_RDWR), b"early", 8192)
    with _map("big", mmap.ACCESS_COPY) as view:
        return view[8192:8197].decode()


@case
def survives_the_descriptor_and_the_name():
    view = _map("file")
    os.unlink("file")
    view[0:5] = b"JELLO"
    found = view[:].decode()
    view.close()
    return found


@case
def survives_a_rename():
    with _map("file") as view:
        os.rename("file", "dir/new")
        view[0:5] = b"JELLO"
        view.flush()
        return content("dir/new")


@case
def rest_of_the_last_page_is_zero_and_stays_out():
    fd = os.open("file", os.O_RDWR)
    view = mmap.mmap(fd, 13)
    view.close()
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
    address = libc.mmap(None, PAGE, 3, 1, fd, 0)
    page = (ctypes.c_ubyte * PAGE).from_address(address)
    before = sum(page[13:])
    page[14] = 77
    libc.msync(ctypes.c_void_p(address), PAGE, 4)
    return before, size("file"), content("file")


@case
def beyond_the_end_is_a_bus_error():
    def touch():
        fd = os.open("file", os.O_RDWR)
        os.ftruncate(fd, 3 * PAGE)
        view = mmap.mmap(fd, 3 * PAGE)
        os.ftruncate(fd, PAGE)
        view[0] = 1
        return view[2 * PAGE]

    return child(touch)


@case
def grown_file_shows_in_its_mapping():
    fd = os.open("file", os.O_RDWR)
    os.ftruncate(fd, 2 * PAGE)
    with mmap.mmap(fd, 2 * PAGE) as view:
        os.ftruncate(fd, 10)
        os.ftruncate(fd, 2 * PAGE)
        os.pwrite(fd, b"again", PAGE)
        return view[0:15].hex(), view[PAGE:PAGE + 5].decode()


@case
def shrunk_file_loses_what_was_mapped():
    fd = os.open("file", os.O_RDWR)
    with mmap.mmap(fd, 13) as view:
        view[0:13] = b"X" * 13
        os.ftruncate(fd, 4)
        os.ftruncate(fd, 13)
        return view[0:13].hex(), content("file")


@case
def of_wrong_things():
    def attempt(path, flags, prot, length=10, kind=mmap.MAP_SHARED):
        return tried(lambda: mmap.mmap(os.open(path, flags), length, flags=kind, prot=prot).close())

    return (attempt("file", os.O_RDONLY, mmap.PROT_WRITE), attempt("file", os.O_WRONLY, mmap.PROT_READ), attempt("dir", os.O_RDONLY, mmap.PROT_READ),
            attempt("file", os.O_RDONLY, mmap.PROT_READ | mmap.PROT_WRITE, kind=mmap.MAP_PRIVATE), attempt("file", os.O_PATH, mmap.PROT_READ))


@case
def writing_stamps():
    def write():
        with _map("file") as view:
            view[0] = 74
            view.flush()

    return changes(write, "file", ".")


@case
def append_after_mapping():
    with _map("file") as view:
        view[0:5] = b"JELLO"
        os.write(os.open("file", os.O_WRONLY | os.O_APPEND), b"more")
        return content("file"), view[:].decode()


@case
def truncated_to_zero_by_open_then_written():
    with _map("big") as view:
        view[0] = 1
        put("big", b"z" * 200_000)
        return view[0], view[199_999]


@case_of_created
def large_one():
    fd = os.open("new", os.O_RDWR | os.O_CREAT)
    os.ftruncate(fd, 8 << 20)
    with mmap.mmap(fd, 8 << 20) as view:
        for offset in range(0, 8 << 20, 65_536):
            view[offset:offset + 4] = (offset >> 8).to_bytes(4, "little")
        view.flush()
    data = b"".join(os.pread(fd, 4, offset) for offset in range(0, 8 << 20, 65_536))
    return sum(data), len(data), os.fstat(fd).st_size


@case
def executed_while_mapped():
    import subprocess
    with _map("program", mmap.ACCESS_READ) as view:
        return tried(lambda: os.access("program", os.X_OK)), view[0:2].decode(), subprocess is not None


@case
def flush_of_a_part():
    with _map("big") as view:
        view[2 * PAGE] = 250
        view[5 * PAGE] = 251
        view.flush(2 * PAGE, PAGE)
        return os.pread(os.open("big", os.O_RDONLY), 1, 2 * PAGE).hex(), os.pread(os.open("big", os.O_RDONLY), 1, 5 * PAGE).hex()
