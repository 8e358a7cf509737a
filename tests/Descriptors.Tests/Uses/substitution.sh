### cat_of_substitution
cat <(echo one; echo two)
### cat_of_three_substitutions
cat <(echo one) <(echo two) <(echo three)
### diff_of_two_substitutions
diff <(sort a.txt) <(sort b.txt)
### diff_unified_with_labels
diff -u --label a --label b <(sort a.txt) <(sort b.txt)
### cmp_of_two_substitutions
cmp <(echo same) <(echo same) && cmp <(echo one) <(echo two) | sed 's,/dev/fd/[0-9]*,FD,g'
### comm_of_two_substitutions
comm <(sort a.txt) <(sort b.txt)
### join_of_two_substitutions
join <(sort a.txt | sed 's/$/ 1/') <(sort b.txt | sed 's/$/ 2/')
### paste_of_three_substitutions
paste <(seq 3) <(seq 4 6) <(seq 7 9)
### sort_merges_substitutions
sort -m <(seq 1 2 9) <(seq 2 2 9)
### wc_of_substitution
wc -l <(seq 1000) | sed 's,/dev/fd/[0-9]*,FD,'
### head_leaves_early
head -n 2 <(seq 100000)
### tail_of_substitution
tail -n 2 <(seq 1000)
### tac_of_substitution
tac <(seq 4)
### nl_of_substitution
nl <(cat a.txt)
### uniq_of_substitution
uniq -c <(sort a.txt a.txt)
### cut_of_substitution
cut -d: -f2 <(printf 'a:b:c\nd:e:f\n')
### od_of_substitution
od -c <(printf 'ab\0c')
### split_of_substitution
split -l 2 <(seq 5) part-; cat part-ac; ls
### shuf_counts_substitution
shuf <(seq 50) | sort -n | tail -n 1
### cp_of_substitution
cp <(echo copied) out; cat out; stat -c %F out
### install_of_substitution
install -m 640 <(echo installed) out; cat out; stat -c '%a %F' out
### source_of_substitution
source <(echo 'x=sourced; f() { echo "$x $1"; }'); f here
### dot_of_substitution_with_arguments
. <(echo 'echo "$# $1"') first second
### bash_runs_substitution
bash <(echo 'echo "run $1"') argument
### sh_runs_substitution
sh <(echo 'echo "run $1"') argument
### mapfile_of_substitution
mapfile -t lines < <(seq 3); echo "${#lines[@]} ${lines[2]}"
### while_read_of_substitution
n=0; while read -r line; do n=$((n + line)); done < <(seq 10); echo $n
### read_twice_from_one_descriptor
exec 3< <(seq 4); read -r a <&3; read -r b <&3; cat <&3; echo "$a$b"
### reopened_descriptor_of_substitution
exec 3< <(echo through; echo reopened); cat /dev/fd/3; exec 3<&-
### reopened_twice_shares_the_pipe
exec 3< <(echo one; echo two); read -r a < /dev/fd/3; read -r b < /dev/fd/3; echo "$a $b"
### substitution_in_a_subshell
(cat <(echo inner)); echo "$(cat <(echo captured))"
### nested_substitutions
cat <(cat <(cat <(echo nested)))
### many_substitutions_at_once
cat <(echo 1) <(echo 2) <(echo 3) <(echo 4) <(echo 5) <(echo 6) <(echo 7) <(echo 8) <(echo 9) <(echo 10) <(echo 11) <(echo 12)
### hundred_substitutions_in_a_row
for i in $(seq 100); do cat <(echo $i); done | sha256sum
### empty_substitution
cat <(true); wc -c < <(true)
### binary_substitution
sha256sum <(head -c 3000000 /dev/zero | tr '\0' '\201') | cut -c1-64
### output_substitution
echo hidden > >(tr a-z A-Z); wait $!
### output_substitution_by_name
tee >(wc -c >count) <a.txt >/dev/null; wait; sleep 0.2; for i in $(seq 300); do [ -s count ] && break; sleep 0.1; done; cat count
### output_substitution_of_cp
mkfifo end; cp a.txt >(cat >out; echo done >end) 2>err; echo $?; read -r x <end; cat out
### output_substitution_closed_early
yes > >(head -n 1) ; echo "${PIPESTATUS[0]}"
### output_substitution_by_name_closed_early
mkfifo end; dd if=/dev/zero bs=64K count=1000 of=>(head -c 1 | wc -c >out; exec <&-; echo done >end) status=none 2>err; echo $?; read -r x <end; cat out
### output_substitution_kept_open
mkfifo end; exec 4> >(cat >out; echo done >end); echo one >&4; echo two >/dev/fd/4; echo three >>/dev/fd/4; exec 4>&-; read -r x <end; cat out
### coproc_by_descriptor
coproc cat; echo spoken >&"${COPROC[1]}"; read -r x <&"${COPROC[0]}"; echo "$x"
### coproc_by_path
coproc tr a-z A-Z; echo spoken >"/dev/fd/${COPROC[1]}"; in=${COPROC[1]}; exec {in}>&-; cat "/dev/fd/${COPROC[0]}"
### test_pipe_of_substitution
f() { [ -p "$1" ] && echo pipe; [ -f "$1" ] || echo not regular; [ -r "$1" ] && echo readable; [ -e "$1" ] && echo there; [ -s "$1" ] || echo no size; }; f <(echo x)
### stat_of_substitution
stat -L -c '%F %s' <(echo x)
### substitution_that_is_not_read
true <(echo x); echo $?
### substitution_whose_writer_fails
cat <(echo before; exit 3); echo $?
### substitution_killed_writer
cat <(echo before; kill -9 $BASHPID); echo $?
### slow_writer
cat <(echo one; sleep 0.3; echo two)
### substitution_as_standard_input_of_function
f() { cat; }; f < <(echo fed)
### grep_patterns_of_substitution
grep -f <(printf 'pea\nplu\n') a.txt b.txt
### sed_script_of_substitution
sed -f <(echo 's/p/P/g') a.txt
### awk_script_of_substitution
awk -f <(echo '{ n += length } END { print n }') a.txt
### gawk_reads_two_substitutions
gawk 'NR == FNR { seen[$0]; next } $0 in seen' <(cat a.txt) <(cat b.txt)
### gawk_coprocess_and_dev_fd
gawk 'BEGIN { while (("/dev/fd/5" | getline) > 0) ; while ((getline line < "/dev/fd/5") > 0) print "got " line }' 5< <(seq 2) 2>/dev/null
### xargs_of_substitution
xargs -a <(printf 'a.txt\nb.txt\n') wc -l | tail -n 1
### tar_list_of_substitution
tar -cf out.tar -T <(printf 'a.txt\nb.txt\n'); tar -tf out.tar
### rsync_list_of_substitution
mkdir to; rsync -r --files-from=<(echo a.txt) . to && ls to
### patch_of_substitution
cp a.txt out; patch -s out <(printf -- '--- out\n+++ out\n@@ -1,3 +1,3 @@\n-pear\n+quince\n apple\n fig\n'); cat out
### wc_files0_of_substitution
wc -l --files0-from=<(printf 'a.txt\0b.txt\0')
### sort_files0_of_substitution
sort --files0-from=<(printf 'a.txt\0b.txt\0')
### du_files0_of_substitution
du -b --files0-from=<(printf 'a.txt\0') | cut -f1
### sha256sum_checks_substitution
sha256sum -c <(sha256sum a.txt)
### date_of_substitution
date -u -f <(echo '2001-02-03 04:05') +%s
### env_of_substitution_script
env -i bash --norc <(echo 'echo clean')
### python_script_of_substitution
python3 -I <(echo 'import sys; print("py", sys.argv[1:])') x
### perl_script_of_substitution
perl <(echo 'print "perl @ARGV\n";') x
### node_script_of_substitution
node <(echo 'console.log("node")')
### make_of_substitution
make -s -f <(printf 'all:\n\t@echo made\n')
### git_diff_of_substitutions
git diff --no-index --no-color --exit-code <(echo one) <(echo two) | tail -n +1 | sed 's,/dev/fd/[0-9]*,FD,g;s,index .*,index,'
### openssl_digest_of_substitution
openssl dgst -sha256 <(echo x) | sed 's/.*= //'
### sqlite_reads_substitution
sqlite3 :memory: ".read $(echo /dev/fd/5)" 5< <(echo 'select 6 * 7;')
### zcat_of_substitution
zcat <(gzip -c a.txt)
### gzip_decompresses_substitution
gzip -dc <(gzip -c a.txt)
### bzip2_and_xz_of_substitution
bzcat <(bzip2 -c a.txt); xzcat <(xz -c a.txt)
### busybox_cat_of_substitution
busybox cat <(echo box)
### busybox_wc_and_diff_of_substitution
busybox wc -l <(seq 3) | sed 's,/dev/fd/[0-9]*,FD,'; busybox diff <(echo 1) <(echo 2) >/dev/null; echo $?
### busybox_ash_runs_substitution
busybox ash <(echo 'echo ash')
### jq_of_substitution
jq -c -f <(echo '.a + 1') <(echo '{"a": 41}')
### m4_of_substitution
m4 <(printf 'define(X, expanded)X\n')
### gcc_response_file_of_substitution
gcc @<(echo '-dM -E -x c /dev/null') | grep -c __x86_64__
### clang_response_file_of_substitution
clang @<(echo '-dM -E -x c /dev/null') | grep -c __x86_64__
### gcc_includes_substitution
echo 'int main(void) { return VALUE; }' >m.c; gcc -include <(echo '#define VALUE 7') m.c -o m && ./m; echo $?
### ld_version_script_of_substitution
gcc -shared -fPIC -o out.so -Wl,--version-script=<(echo '{ global: exported; local: *; };') lib.c && nm -D --defined-only out.so | cut -d' ' -f3
### lld_version_script_of_substitution
gcc -c -fPIC lib.c && ld.lld -shared -o out.so --version-script=<(echo '{ global: exported; local: *; };') lib.o && nm -D --defined-only out.so | cut -d' ' -f3
### two_readers_of_one_pipe
exec 3< <(seq 20000); (cat <&3 >one) & cat /dev/fd/3 >two; wait; cat one two | wc -l | grep -c .
