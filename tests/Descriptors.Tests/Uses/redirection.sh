### here_document_through_dev_stdin
cat /dev/stdin <<END
line $((1 + 1))
END
### here_string_through_dev_stdin
cat /dev/stdin <<<here
### big_here_document
cat /dev/stdin <<<"$(seq 30000)" | sha256sum
### here_document_is_stat
stat -L -c %F /dev/stdin <<<here | sed 's/fifo/either/;s/regular file/either/'
### dev_stdout_to_pipe
echo out >/dev/stdout | cat
### dev_stderr_to_pipe
{ echo err >/dev/stderr; } 2>&1 | cat
### dev_stderr_and_stdout_in_order
{ echo 1; echo 2 >/dev/stderr; echo 3 >&2; echo 4 >/dev/stdout; echo 5 >>/dev/stderr; echo 6; } 2>&1 | cat
### append_to_dev_stdout
{ echo one >>/dev/stdout; echo two >>/dev/stdout; } | cat
### redirect_input_by_number
exec 5<a.txt; cat </dev/fd/5; exec 5<&-
### redirect_output_by_number
exec 5>out; echo one >/dev/fd/5; cat out
### append_by_number
exec 5>>out; echo one >&5; echo two >>/dev/fd/5; cat out
### output_truncates_the_same_file
echo long long text >out; exec 5<out; echo short >/proc/self/fd/5; cat out
### read_write_by_number
exec 5<>out; echo text >&5; cat /dev/fd/5; cat <&5
### read_write_of_pipe
exec 3<> >(cat); echo x >&3; exec 3>&-; wait $!
### duplicate_then_reopen
exec 5<a.txt 6<&5; read -r x <&6; read -r y <&5; read -r z </dev/fd/5; echo "$x $y $z"
### closed_descriptor
cat /dev/fd/77 2>&1 | sed 's/^cat: //'; cat 77<&- /proc/self/fd/77 2>&1 | sed 's/^cat: //'
### closed_stdin
cat /dev/stdin <&- 2>&1 | sed 's/^cat: //'
### list_of_descriptors
exec 5<a.txt 6>out; bash -c 'ls /dev/fd/ | grep -E "^(0|1|2|5|6)$"' | tr '\n' ' '
### descriptors_while_piped
echo x | readlink /proc/self/fd/0 /dev/stdin /dev/fd | sed 's/[0-9][0-9]*/N/g'
### readlink_of_files
exec 5<a.txt; readlink /proc/self/fd/5 /dev/fd/5
### ls_long_of_pipe
echo x | ls -l /proc/self/fd/0 | sed 's/.* \//\//;s/[0-9][0-9]*/N/g'
### mode_of_links
exec 5<a.txt 6>out 7<>out; stat -c %A /proc/self/fd/5 /proc/self/fd/6 /proc/self/fd/7
### stat_of_file_by_number
exec 5<a.txt; [ /dev/fd/5 -ef a.txt ] && echo same; stat -L -c '%F %s' /dev/fd/5
### test_of_dev_stdin_pipe
echo x | { [ -p /dev/stdin ] && echo pipe; [ -t 0 ] || echo no terminal; [ -r /dev/stdin ] && echo readable; }
### test_of_dev_stdout_pipe
{ [ -w /dev/stdout ] && echo writable; [ -e /dev/stdout ] && echo there; } | cat
### test_of_dev_stdin_file
[ -f /dev/stdin ] <a.txt && [ -s /dev/stdin ] <a.txt && echo file
### test_of_dev_null
[ -c /dev/stdin ] </dev/null; [ -e /dev/stdin ] </dev/null && echo there
### redirection_in_compound
{ cat /dev/stdin; echo after; } <a.txt >out 2>&1; cat out
### swap_of_outputs
{ echo out; echo err >&2; } 3>&1 1>/dev/stderr 2>/dev/fd/3 2>&1 | cat
### tee_to_dev_stderr
{ echo x | tee /dev/stderr; } 2>&1 | cat
### tee_to_two_descriptors
echo x | tee /dev/fd/5 /dev/fd/6 5>one 6>two >/dev/null; cat one two
### exec_of_script_by_descriptor
printf '#!/bin/bash\necho "ran $0"\n' >s; chmod 755 s; exec 5<s; /proc/self/fd/5 | sed 's/fd.*/fd/'
### read_timeout_on_fifo
exec 3< <(sleep 2); read -r -t 0.2 x </dev/fd/3; [ $? -gt 128 ] && echo timed out
### read_line_then_rest_by_path
seq 3 | { read -r a </dev/stdin; read -r b </dev/stdin; read -r c </dev/stdin; echo "$a $b $c"; }
### nul_bytes_pass
printf 'a\0b\0' | cat /dev/stdin | od -An -c
### background_reader
mkfifo end; { cat /dev/fd/3 >out; echo done >end; } 3< <(sleep 0.2; echo late) & read -r x <end; cat out
### fifo_in_the_root
mkfifo f; cat f & echo named >f; wait
### fifo_by_descriptor
mkfifo f; exec 5<>f; echo x >&5; stat -L -c %F /dev/fd/5; [ -p /dev/fd/5 ] && read -r y </dev/fd/5; echo "$y"
### deleted_fifo_by_descriptor
mkfifo f; exec 5<>f; rm f; echo x >/dev/fd/5; read -r y <&5; echo "$y"
### directory_by_descriptor
mkdir d; echo x >d/f; exec 5<d; cat /dev/fd/5/f; ls /proc/self/fd/5/
### dev_fd_slash
[ -d /dev/fd/ ] && [ -L /dev/fd ] && echo both
### trap_pipe_ignored
trap '' PIPE; { for i in $(seq 2000); do echo line $i || { echo failed >&2; break; }; done >/dev/stdout; } 2>&1 | head -n 1
### sigpipe_through_dev_stdout
bash -c 'yes >/dev/stdout | true; echo ${PIPESTATUS[0]}'
### sigpipe_of_writer_read_by_path
bash -c 'yes | head -n 1 /dev/stdin; echo ${PIPESTATUS[0]}'
### outside_input_by_path
cat /dev/fd/8; cat </dev/fd/8; head -n 1 /proc/self/fd/8; wc -c </dev/fd/8
### outside_input_is_stat
stat -L -c '%F %s' /dev/fd/8; [ -f /dev/fd/8 ] && [ -r /dev/fd/8 ] && echo readable file
### outside_input_copied
cp /dev/fd/8 out && cat out; install /dev/fd/8 out2; cmp out out2
### outside_log_is_appended_to_and_not_truncated
echo one >&9; echo two >>/dev/fd/9; echo three >&9; echo four | tee -a /dev/fd/9; cat /dev/fd/10; echo five >/dev/fd/9; echo; cat /dev/fd/10
