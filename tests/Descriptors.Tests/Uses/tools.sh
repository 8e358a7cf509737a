### cat_dev_stdin
echo x | cat /dev/stdin
### cat_twice_dev_stdin
echo x | cat /dev/stdin /dev/stdin
### cat_dash_and_dev_stdin
echo x | cat - /dev/stdin
### cp_dev_stdin
echo x | cp /dev/stdin out; cat out
### cp_to_dev_stdout
cp a.txt /dev/stdout | cat
### mv_over_nothing
echo x | install /dev/stdin out; mv out moved; cat moved
### install_dev_stdin
echo x | install -D -m 755 /dev/stdin d/e/out; cat d/e/out; stat -c %a d/e/out
### install_dev_stdin_from_file
install /dev/stdin out <a.txt; cat out
### dd_dev_stdin_to_dev_stdout
echo x | dd if=/dev/stdin of=/dev/stdout status=none | cat
### dd_big_blocks
head -c 1000000 /dev/zero | dd if=/dev/stdin bs=100000 iflag=fullblock status=none | wc -c
### tac_dev_stdin
seq 3 | tac /dev/stdin
### head_dev_stdin
seq 10 | head -n 2 /dev/stdin
### tail_dev_stdin
seq 10 | tail -n 2 /dev/stdin
### tail_follows_until_process_ends
sleep 0.3 & tail -n 1 --pid=$! -f -s 0.1 a.txt
### wc_dev_stdin
seq 10 | wc /dev/stdin
### sort_dev_stdin_and_output
printf 'b\na\n' | sort -o /dev/stdout /dev/stdin | cat
### tr_and_tee
echo x | tee /dev/stdout | sort | uniq -c
### md5sum_dev_stdin
echo x | md5sum /dev/stdin
### cksum_dev_stdin
echo x | cksum /dev/stdin
### base64_dev_stdin
echo x | base64 /dev/stdin
### grep_dev_stdin
printf 'x\ny\n' | grep -H y /dev/stdin
### grep_pattern_file_dev_stdin
echo pear | grep -f /dev/stdin a.txt
### sed_dev_stdin
echo x | sed 's/x/y/' /dev/stdin
### sed_writes_dev_stdout
echo x | sed -n 's/x/y/w /dev/stdout' | cat
### sed_script_dev_stdin
echo 's/pear/quince/' | sed -f /dev/stdin a.txt
### awk_dev_stdin
echo 'a b' | awk '{ print $2 }' /dev/stdin
### awk_writes_dev_stderr
awk 'BEGIN { print "err" > "/dev/stderr"; print "out" > "/dev/stdout" }' 2>&1 | sort
### awk_script_dev_stdin
echo '{ print NR }' | awk -f /dev/stdin a.txt
### awk_cat_to_dev_stderr
awk 'BEGIN { print "x" | "cat >/dev/stderr" }' 2>&1 | cat
### gzip_dev_stdin
gzip -c </dev/null >/dev/null; cat a.txt | gzip -c | gzip -dc /dev/stdin
### zcat_dev_stdin
gzip -c a.txt | zcat /dev/stdin
### gzip_tests_dev_stdin
gzip -c a.txt | gzip -t /dev/stdin; echo $?
### tar_extracts_dev_stdin
tar -cf - a.txt b.txt | tar -tf /dev/stdin
### tar_writes_dev_stdout
tar -cf /dev/stdout a.txt | tar -tf -
### tar_extracts_compressed_dev_stdin
mkdir d; tar -czf - a.txt | tar -xzf /dev/stdin -C d; cat d/a.txt
### tar_list_dev_stdin
printf 'a.txt\n' | tar -cf out.tar -T /dev/stdin; tar -tf out.tar
### xz_and_bzip2_dev_stdin
xz -c a.txt | xz -dc /dev/stdin; bzip2 -c a.txt | bzip2 -dc /dev/stdin
### gcc_dev_stdin
echo 'int main(void) { return 5; }' | gcc -xc /dev/stdin -o m && ./m; echo $?
### gxx_dev_stdin
echo 'int main() { auto f = [](int x) { return x; }; return f(6); }' | g++ -xc++ /dev/stdin -o m && ./m; echo $?
### clang_dev_stdin
echo 'int main(void) { return 5; }' | clang -xc /dev/stdin -c -o m.o && nm m.o | cut -d' ' -f3
### gcc_preprocesses_to_dev_stdout
echo '#define X expanded' >x.h; echo X | gcc -E -P -include x.h -xc /dev/stdin -o /dev/stdout | cat
### gcc_assembly_to_dev_stdout
echo 'int f(void) { return 5; }' | gcc -S -xc - -o /dev/stdout | grep -c '^f:'
### clang_assembly_to_dev_stdout
echo 'int f(void) { return 5; }' | clang -S -xc - -o /dev/stdout | grep -c '^f:'
### gcc_dependencies_to_dev_stdout
gcc -MM -MF /dev/stdout lib.c | cat
### as_dev_stdin
printf '.globl f\nf: ret\n' | as -o f.o /dev/stdin && nm f.o | cut -d' ' -f2-
### ld_script_dev_stdin
gcc -c -fPIC lib.c; echo '{ global: exported; local: *; };' | ld -shared -o out.so --version-script=/dev/stdin lib.o && nm -D --defined-only out.so | cut -d' ' -f3
### objdump_and_readelf_of_descriptor
gcc -c lib.c; exec 5<lib.o; readelf -h /dev/fd/5 | grep -c ELF64
### ar_list_dev_stdin
gcc -c lib.c; ar rcs out.a lib.o; echo 'list' >/dev/null; printf 'OPEN out.a\nLIST\nEND\n' | ar -M 2>&1 | grep -c lib.o
### make_dev_stdin
printf 'all:\n\t@echo made\n' | make -s -f /dev/stdin
### python_dev_stdin
echo 'print("py")' | python3 -I /dev/stdin
### python_reads_dev_stdin
echo x | python3 -Ic 'print(open("/dev/stdin").read().strip())'
### python_writes_dev_stdout
python3 -Ic 'open("/dev/stdout", "w").write("x\n")' | cat
### python_fileinput_dev_stdin
printf 'a\nb\n' | python3 -Ic 'import fileinput; print([l.strip() for l in fileinput.input("/dev/stdin")])'
### python_shutil_dev_stdin
echo x | python3 -Ic 'import shutil; shutil.copyfileobj(open("/dev/stdin", "rb"), open("out", "wb"))'; cat out
### python_runpy_dev_fd
python3 -Ic 'import runpy; print(runpy.run_path("/dev/fd/5")["x"])' 5< <(echo 'x = 4')
### perl_dev_stdin
echo 'print "perl\n"' | perl /dev/stdin
### perl_reads_dev_stdin
echo x | perl -e 'open my $f, "<", "/dev/stdin" or die; print <$f>'
### perl_in_place_of_descriptor
cp a.txt out; exec 5<>out; perl -e 'open my $f, "+<", "/dev/fd/5" or die; print scalar <$f>'
### node_reads_dev_stdin
echo x | node -e 'process.stdout.write(require("fs").readFileSync("/dev/stdin"))'
### node_writes_dev_stderr
node -e 'require("fs").writeFileSync("/dev/stderr", "err\n")' 2>&1 | cat
### node_script_dev_stdin
echo 'console.log("script")' | node /dev/stdin
### git_hash_object_dev_stdin
printf x | git hash-object /dev/stdin
### git_hash_object_of_descriptor
exec 5<a.txt; git hash-object /dev/fd/5
### git_apply_dev_stdin
printf -- '--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,3 @@\n-pear\n+quince\n apple\n fig\n' | git apply /dev/stdin; cat a.txt
### git_diff_no_index_dev_stdin
git diff --no-index --no-color --stat a.txt /dev/stdin <b.txt | tail -n 1
### git_commit_message_dev_stdin
git init -q r; cd r; git config user.name n; git config user.email e; echo message | git commit -q --allow-empty -F /dev/stdin; git log --format=%s
### rsync_files_from_dev_stdin
mkdir to; echo a.txt | rsync -r --files-from=/dev/stdin . to; ls to
### xargs_dev_stdin
printf 'a.txt b.txt' | xargs -a /dev/stdin wc -l | tail -n 1
### openssl_dev_stdin
echo x | openssl dgst -sha256 /dev/stdin
### openssl_enc_dev_stdin
echo x | openssl enc -base64 -in /dev/stdin -out /dev/stdout | cat
### openssl_password_file
echo x | openssl enc -aes-128-cbc -nosalt -pbkdf2 -pass file:/dev/fd/5 5<<<secret | openssl enc -d -aes-128-cbc -nosalt -pbkdf2 -pass file:/dev/fd/5 5<<<secret
### sqlite_reads_dev_stdin
echo 'select 1 + 1;' | sqlite3 :memory: '.read /dev/stdin'
### sqlite_imports_dev_stdin
printf '1,2\n3,4\n' | sqlite3 :memory: 'create table t(a, b);' '.mode csv' '.import /dev/stdin t' 'select sum(b) from t;'
### sqlite_output_dev_stdout
sqlite3 :memory: '.output /dev/stdout' 'select 5;' | cat
### busybox_cat_dev_stdin
echo x | busybox cat /dev/stdin
### busybox_wc_sort_dev_stdin
printf 'b\na\n' | busybox sort /dev/stdin | busybox wc -l /dev/stdin
### busybox_tee_dev_stderr
{ echo x | busybox tee /dev/stderr; } 2>&1 | cat
### busybox_cp_dev_stdin
echo x | busybox cp /dev/stdin out; cat out
### busybox_tar_dev_stdin
tar -cf - a.txt | busybox tar -tf /dev/stdin
### busybox_sed_and_awk_dev_stdin
echo x | busybox sed s/x/y/ /dev/stdin; echo 'a b' | busybox awk '{ print $2 }' /dev/stdin
### patch_dev_stdin
printf -- '--- a.txt\n+++ a.txt\n@@ -1,3 +1,3 @@\n-pear\n+quince\n apple\n fig\n' | patch -s -i /dev/stdin; cat a.txt
### jq_dev_stdin
echo '{"a": 1}' | jq .a /dev/stdin
### diff_dev_stdin
diff a.txt /dev/stdin <b.txt; sort a.txt | diff - b.txt
### find_files_from_dev_stdin
printf '.\0' | find -files0-from /dev/stdin -name a.txt
### split_dev_stdin
seq 4 | split -l 2 /dev/stdin p-; cat p-ab
### csplit_dev_stdin
seq 4 | csplit -s /dev/stdin 3; cat xx01
### script_gives_a_terminal
script -qec 'test -t 0 && echo terminal; test -e /dev/stdin && echo there' /dev/null </dev/null | tr -d '\r'
### terminal_by_path
python3 -I - <<'END'
import os, pty
pid, fd = pty.fork() if os.path.exists("/dev/ptmx") else (-1, -1)
if pid == 0:
    os.execvp("bash", ["bash", "-c", "echo typed >/dev/stdout; test -t 1 && echo terminal"])
if pid > 0:
    text = b""
    try:
        while chunk := os.read(fd, 100):
            text += chunk
    except OSError:
        pass
    print(text.decode().split())
END
