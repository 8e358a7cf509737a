### socket_is_enxio
python3 -Ic 'import socket
s = socket.socketpair()[0]
try: open(f"/dev/fd/{s.fileno()}")
except OSError as e: print(e.strerror)'
### socket_link_text
python3 -Ic 'import os, re, socket
s = socket.socketpair()[0]; print(re.sub(r"\d+", "N", os.readlink(f"/proc/self/fd/{s.fileno()}")))'
### socket_is_stat
python3 -Ic 'import os, socket, stat
s = socket.socketpair()[0]; print(stat.S_ISSOCK(os.stat(f"/dev/fd/{s.fileno()}").st_mode))'
### eventfd_cannot_be_opened
python3 -Ic 'import os
f = os.eventfd(0); print(os.readlink(f"/proc/self/fd/{f}"))
try: os.open(f"/proc/self/fd/{f}", os.O_RDWR)
except OSError as e: print(e.strerror)'
### epoll_cannot_be_opened
python3 -Ic 'import os, select
f = select.epoll().fileno(); print(os.readlink(f"/proc/self/fd/{f}"))
try: os.open(f"/proc/self/fd/{f}", os.O_RDWR)
except OSError as e: print(e.strerror)'
### pidfd_has_a_link
python3 -Ic 'import os
print(os.readlink(f"/proc/self/fd/{os.pidfd_open(os.getpid())}"))'
### memfd_is_read_again
python3 -Ic 'import os
m = os.memfd_create("mem"); os.write(m, b"memory"); print(open(f"/dev/fd/{m}").read(), os.stat(f"/dev/fd/{m}").st_size)'
### memfd_is_written_in_place
python3 -Ic 'import os
m = os.memfd_create("mem"); os.write(m, b"0123456789")
f = open(f"/proc/self/fd/{m}", "r+b"); f.seek(3); f.write(b"abc"); f.close(); print(os.pread(m, 100, 0))'
### memfd_is_truncated
python3 -Ic 'import os
m = os.memfd_create("mem"); os.write(m, b"0123456789")
open(f"/proc/self/fd/{m}", "w").write("new"); print(os.pread(m, 100, 0)); os.truncate(f"/dev/fd/{m}", 2); print(os.pread(m, 100, 0))'
### memfd_is_executed
python3 -Ic 'import os, shutil
m = os.memfd_create("mem", 0); f = os.fdopen(m, "wb", closefd=False); shutil.copyfileobj(open("/bin/busybox", "rb"), f); f.flush()
os.execve(m, ["echo", "executed"], {})'
### memfd_is_executed_by_path
python3 -Ic 'import os, shutil
m = os.memfd_create("mem", 0); f = os.fdopen(m, "wb", closefd=False); shutil.copyfileobj(open("/bin/busybox", "rb"), f); f.flush()
r = os.open(f"/proc/self/fd/{m}", os.O_RDONLY); os.set_inheritable(r, True); os.close(m); os.execve(f"/proc/self/fd/{r}", ["echo", "executed"], {})'
### script_in_memfd_is_executed
python3 -Ic 'import os
m = os.memfd_create("mem", 0); os.write(m, b"#!/bin/sh\necho script\n"); r = os.open(f"/proc/self/fd/{m}", os.O_RDONLY); os.set_inheritable(r, True); os.close(m); os.execve(r, ["s"], {})'
### deleted_file_is_read_again
exec 5<>f; echo kept >&5; rm f; cat /dev/fd/5; echo more >>/proc/self/fd/5; cat /proc/self/fd/5; stat -L -c '%h %s' /dev/fd/5
### deleted_file_is_truncated
exec 5<>f; echo kept >&5; rm f; echo new >/dev/fd/5; cat /dev/fd/5
### deleted_file_text
exec 5<>f; rm f; readlink /proc/self/fd/5 | sed 's,.*/,,'
### tmpfile_is_read_and_linked
python3 -Ic 'import os
f = os.open(".", os.O_TMPFILE | os.O_RDWR); os.write(f, b"hidden"); print(open(f"/proc/self/fd/{f}").read())
os.link(f"/proc/self/fd/{f}", "linked", follow_symlinks=True); print(open("linked").read())'
### path_descriptor_is_opened
python3 -Ic 'import os
p = os.open("a.txt", os.O_PATH); print(open(f"/proc/self/fd/{p}").read().split())'
### path_descriptor_is_changed
python3 -Ic 'import os
p = os.open("a.txt", os.O_PATH); os.chmod(f"/proc/self/fd/{p}", 0o640); print(oct(os.stat("a.txt").st_mode))'
### path_descriptor_of_directory
python3 -Ic 'import os
p = os.open(".", os.O_PATH); print(sorted(os.listdir(f"/proc/self/fd/{p}"))[0], open(f"/proc/self/fd/{p}/a.txt").readline())'
### path_of_symlink_is_not_opened
python3 -Ic 'import os
os.symlink("a.txt", "l"); p = os.open("l", os.O_PATH | os.O_NOFOLLOW)
try: os.open(f"/proc/self/fd/{p}", os.O_RDONLY)
except OSError as e: print(e.strerror)'
### path_of_symlink_is_not_changed
python3 -Ic 'import os
before = os.stat("a.txt").st_mode; os.symlink("a.txt", "l"); p = os.open("l", os.O_PATH | os.O_NOFOLLOW)
try: os.chmod(f"/proc/self/fd/{p}", 0o777)
except OSError as e: print(e.strerror)
print(os.stat("a.txt").st_mode == before)'
### path_of_symlink_is_not_owned
python3 -Ic 'import os
os.symlink("/missing", "l"); p = os.open("l", os.O_PATH | os.O_NOFOLLOW); print(os.path.islink("l"), os.readlink("", dir_fd=p))'
### chmod_without_following
python3 -Ic 'import os
os.symlink("a.txt", "l"); before = os.stat("a.txt").st_mode
try: os.chmod("l", 0o600, follow_symlinks=False)
except (OSError, NotImplementedError) as e: print("refused")
print(os.stat("a.txt").st_mode == before)'
### tar_keeps_modes_of_links
ln -s a.txt l; chmod 640 a.txt; tar -cf o.tar l a.txt; mkdir d; tar -xpf o.tar -C d; stat -c '%a %F' d/a.txt d/l
### other_process_by_number
sleep 30 <a.txt & sleep 0.2; for i in $(seq 300); do cat /proc/$!/fd/0 2>/dev/null && break; sleep 0.1; done; kill $!
### other_process_pipe_by_number
mkfifo end; { read -r x <end; } < <(echo other; sleep 30) & for i in $(seq 300); do [ -p /proc/$!/fd/0 ] && break; sleep 0.1; done; head -n 1 /proc/$!/fd/0; echo >end; wait $!
### other_process_gone
sleep 0 & wait; cat /proc/$!/fd/0 2>&1 | sed 's,/proc/[0-9]*,P,'
### inherited_descriptor_of_child
exec 5< <(echo inherited); bash -c 'bash -c "cat /dev/fd/5"'
### reopened_by_child_after_parent_closed
exec 5< <(echo kept); bash -c 'cat /dev/fd/5' & exec 5<&-; wait
### opened_by_path_then_reopened
bash -c 'cat /dev/fd/7' 7< <(echo twice)
### opened_for_writing_by_path_then_reopened
bash -c 'exec 7>/dev/stdout; bash -c "echo twice >/dev/fd/7; echo thrice >>/proc/self/fd/7"' | cat
### link_text_of_reopened_pipe
exec 5< <(sleep 1); bash -c 'exec 7</dev/fd/5; readlink /proc/self/fd/7' | sed 's/[0-9][0-9]*/N/'
### fdinfo_of_file
exec 5<a.txt; read -r x <&5; grep -E '^(pos|flags)' /proc/self/fdinfo/5
### thread_descriptors
python3 -Ic 'import os, threading
t = threading.Thread(target=lambda: print(open(f"/proc/thread-self/fd/{f}").readline().strip())); f = os.open("a.txt", os.O_RDONLY); t.start(); t.join()'
### descriptor_out_of_range
cat /proc/self/fd/4294967296 /proc/self/fd/-1 /proc/self/fd/05 /proc/self/fd/x 2>&1 | sed 's/.*: //'
### create_in_fd_directory
touch /proc/self/fd/new 2>/dev/null; echo $((! $?)); rm /proc/self/fd/0 2>/dev/null; echo $((! $?))
### tty_in_the_outer_terminal
[ -t 0 ] || echo none; [ -t 2 ] || echo none
