import os
import socket
import stat

from ..calls import mknodat
from ..cases import case, case_of_created
from ..observing import as_other, child, content, kind, links, mode, names, opened, put, seen, tried


@case
def fifo(): return tried(os.mkfifo, "new", 0o640), seen("new")


@case
def fifo_over_existing(): return [tried(os.mkfifo, name) for name in ("file", "dir", "link", "dangling", "missing/x", "file/x", "new/")]


@case
def fifo_carries_bytes():
    os.mkfifo("new")
    pid = os.fork()
    if pid == 0:
        with open("new", "wb") as out:
            out.write(b"through the pipe" * 1000)
        os._exit(0)
    with open("new", "rb") as source:
        data = source.read()
    os.waitpid(pid, 0)
    return len(data), data[:16].decode(), os.stat("new").st_size


@case
def fifo_opened_without_a_reader():
    os.mkfifo("new")
    return opened("new", os.O_WRONLY | os.O_NONBLOCK), opened("new", os.O_RDONLY | os.O_NONBLOCK), opened("new", os.O_RDWR), opened("new", os.O_RDONLY | os.O_NONBLOCK | os.O_TRUNC)


@case
def fifo_renamed_linked_and_removed():
    os.mkfifo("new")
    return tried(os.rename, "new", "dir/moved"), tried(os.link, "dir/moved", "again"), links("again"), kind("again"), tried(os.unlink, "dir/moved"), tried(os.unlink, "again"), names("dir")


@case
def fifo_cannot_seek():
    os.mkfifo("new")
    fd = os.open("new", os.O_RDWR)
    return tried(os.lseek, fd, 0, os.SEEK_SET), tried(os.ftruncate, fd, 0), tried(os.fsync, fd), tried(os.pread, fd, 1, 0)


@case
def fifo_of_two_names_is_one_pipe():
    os.mkfifo("new")
    os.link("new", "again")
    one, two = os.open("new", os.O_RDWR), os.open("again", os.O_RDWR)
    os.write(one, b"same")
    return os.read(two, 10).decode()


@case
def fifo_by_mknod(): return tried(os.mknod, "new", stat.S_IFIFO | 0o600), seen("new")


@case
def file_by_mknod(): return tried(mknodat, "new", stat.S_IFREG | 0o640, 0), seen("new"), tried(put, "new", b"data"), content("new"), tried(mknodat, "plain", 0o600, 0), seen("plain")


@case
def mknod_over_existing(): return [tried(mknodat, name, stat.S_IFREG | 0o600, 0) for name in ("file", "dir", "dangling", "missing/x")]


@case
def directory_by_mknod(): return tried(mknodat, "new", stat.S_IFDIR | 0o755, 0), tried(mknodat, "new", stat.S_IFLNK | 0o777, 0), tried(mknodat, "new", 0o70000, 0)


@case
def socket_by_mknod(): return tried(mknodat, "new", stat.S_IFSOCK | 0o600, 0), seen("new")


@case
def character_device(): return tried(mknodat, "new", stat.S_IFCHR | 0o600, os.makedev(1, 3)), kind("new")


@case
def block_device(): return tried(mknodat, "new", stat.S_IFBLK | 0o600, os.makedev(7, 0)), kind("new")


@case
def whiteout_device(): return tried(mknodat, "new", stat.S_IFCHR | 0o600, 0), kind("new")


@case
def socket_listens():
    server = socket.socket(socket.AF_UNIX)
    server.bind("new")
    server.listen()
    client = socket.socket(socket.AF_UNIX)
    client.connect("new")
    peer, _ = server.accept()
    client.sendall(b"through the socket")
    return seen("new"), peer.recv(100).decode(), server.getsockname()


@case
def socket_over_existing(): return [tried(socket.socket(socket.AF_UNIX).bind, name) for name in ("file", "dir", "dangling", "missing/x")]


@case
def socket_outlives_its_server():
    server = socket.socket(socket.AF_UNIX)
    server.bind("new")
    server.close()
    return kind("new"), tried(socket.socket(socket.AF_UNIX).connect, "new"), opened("new", os.O_RDONLY), tried(os.unlink, "new"), kind("new")


@case
def socket_connected_by_another_name():
    server = socket.socket(socket.AF_UNIX)
    server.bind("new")
    server.listen()
    os.link("new", "again")
    os.rename("new", "dir/moved")
    return [tried(socket.socket(socket.AF_UNIX).connect, name) for name in ("again", "dir/moved", "new")]


@case
def socket_of_datagrams():
    server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    server.bind("dir/new")
    socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"datagram", "dir/new")
    return server.recv(100).decode(), tried(socket.socket(socket.AF_UNIX).connect, "dir/new")


@case
def connecting_to_a_file(): return tried(socket.socket(socket.AF_UNIX).connect, "file"), tried(socket.socket(socket.AF_UNIX).connect, "missing")


@case
def socket_needs_the_right_to_write():
    server = socket.socket(socket.AF_UNIX)
    server.bind("new")
    server.listen()
    found = []
    for bits in (0o700, 0o702, 0o706):
        os.chmod("new", bits)
        found.append(as_other(lambda: tried(socket.socket(socket.AF_UNIX).connect, "new")))
    return found


@case
def fifo_needs_rights():
    os.mkfifo("new", 0o600)
    return as_other(lambda: opened("new", os.O_RDWR)), tried(os.chmod, "new", 0o666), as_other(lambda: opened("new", os.O_RDWR))


@case_of_created
def device_by_another_user():
    os.chmod(".", 0o777)
    return as_other(lambda: (tried(mknodat, "new", stat.S_IFCHR | 0o600, os.makedev(1, 3)), tried(os.mkfifo, "fifo"))), mode("fifo")


@case
def fifo_between_relatives():
    os.mkfifo("new")
    fd = os.open("new", os.O_RDWR)
    child(lambda: os.write(os.open("new", os.O_WRONLY), b"from a child"))
    return os.read(fd, 100).decode()
