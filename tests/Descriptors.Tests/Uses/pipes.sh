### big_substitution
sha256sum < <(head -c 67108864 /dev/zero | tr '\0' x)
### big_substitution_by_name
sha256sum <(head -c 67108864 /dev/zero | tr '\0' x) | cut -c1-64
### big_dev_stdin
head -c 67108864 /dev/zero | tr '\0' y | sha256sum /dev/stdin
### big_output_substitution_by_name
mkfifo end; head -c 67108864 /dev/zero | tr '\0' z | dd of=>(sha256sum >out; echo done >end) bs=64K iflag=fullblock status=none; read -r x <end; cat out
### big_dev_stdout
head -c 67108864 /dev/zero | tr '\0' z | dd of=/dev/stdout bs=64K iflag=fullblock status=none | sha256sum
### big_substitution_by_busybox
busybox cat <(head -c 30000000 /dev/zero) | wc -c
### two_writers_by_path
{ for i in $(seq 200); do echo aaaa >/dev/stdout; done & for i in $(seq 200); do echo bbbb >/dev/fd/1; done; wait; } | sort | uniq -c
### two_writers_one_direct
{ for i in $(seq 200); do echo aaaa >/dev/stdout; echo bbbb; done; } | uniq -c | sort | uniq -c | head -n 3
### two_substitutions_interleaved
paste <(seq 50000) <(seq 50000 -1 1) | sha256sum
### reader_killed_in_the_middle
bash -c 'cat <(yes) >/dev/null & sleep 0.2; kill -9 $!; wait $! 2>/dev/null; echo $?'
### writer_killed_in_the_middle
bash -c 'cat <(head -c 100 /dev/zero; kill -9 $BASHPID) | wc -c'
### writer_gets_sigpipe_when_reader_leaves
bash -c 'mkfifo end; head -n 1 <(trap "" PIPE; yes 2>/dev/null; echo ended >end) & read -r x <end; echo "$x"'
### reader_waits_for_slow_writer
{ sleep 0.5; echo late; } | cat /dev/stdin
### nonblocking_read_of_empty_pipe
sleep 1 | python3 -Ic 'import os; f = os.open("/dev/stdin", os.O_RDONLY | os.O_NONBLOCK)
try: print(os.read(f, 1))
except BlockingIOError: print("EAGAIN")'
### nonblocking_read_of_ended_pipe
true | { sleep 0.2; python3 -Ic 'import os, select
f = os.open("/dev/stdin", os.O_RDONLY | os.O_NONBLOCK)
while True:
    try: print(os.read(f, 1)); break
    except BlockingIOError: select.select([f], [], [], 1)'; }
### poll_of_pipe_by_path
{ sleep 0.3; echo x; sleep 0.3; } | python3 -Ic 'import os, select
f = os.open("/dev/stdin", os.O_RDONLY); p = select.poll(); p.register(f, select.POLLIN)
print(p.poll(10000)[0][1] & select.POLLIN, os.read(f, 10))'
### seek_on_pipe_by_path
echo x | python3 -Ic 'import os
try: os.lseek(os.open("/dev/stdin", os.O_RDONLY), 0, os.SEEK_SET)
except OSError as e: print(e.strerror)'
### seek_on_written_pipe_by_path
python3 -Ic 'import os, sys
try: os.lseek(os.open("/dev/stdout", os.O_WRONLY), 0, os.SEEK_SET)
except OSError as e: print(e.strerror, file=sys.stderr)' 2>&1 >/dev/null | cat; python3 -Ic 'import os, sys
try: os.lseek(os.open("/dev/stdout", os.O_WRONLY), 0, os.SEEK_SET)
except OSError as e: sys.stderr.write(e.strerror)' 2>err | cat; cat err
### both_ends_in_one_process
python3 -Ic 'import os
r, w = os.pipe()
with open(f"/dev/fd/{w}", "w") as f: f.write("sent\n")
print(os.read(r, 100))
os.write(w, b"again"); os.close(w)
print(open(f"/proc/self/fd/{r}").read())'
### reader_of_both_ends_by_path
python3 -Ic 'import os
r, w = os.pipe(); os.write(w, b"abc"); os.close(w)
a = os.open(f"/dev/fd/{r}", os.O_RDONLY); print(os.read(a, 2), os.read(a, 2), os.read(a, 2))'
