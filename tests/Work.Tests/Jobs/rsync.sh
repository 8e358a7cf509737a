# A tree with hard links, attributes and times copied, changed, synchronised: what rsync says and what it leaves.
mkdir -p source
tar -xpf /inputs/many.tar -C source --wildcards 'directory-02*'
python3 - <<'PY'
import os
for number in range(2000, 2050):
    name = f"source/directory-020/file-{number:04}"
    if os.path.isfile(name) and not os.path.islink(name):
        os.setxattr(name, "user.origin", b"\x00binary\xff" * (number % 9))
os.setxattr("source/directory-021", "user.directory", b"a directory")
PY
settle source
rsync -aHAX --numeric-ids --stats source/ copy/ | grep -E '^Number of|^Total (file size|transferred)'
inventory --times --attributes copy
echo "more" >>source/directory-020/file-2001
rm -r source/directory-022
mv source/directory-023 source/moved
chmod 700 source/moved
settle source
rsync -aHAX --numeric-ids --delete --itemize-changes source/ copy/
rsync -aHAX --numeric-ids --delete --itemize-changes source/ copy/
rsync -aHAX --numeric-ids --inplace --no-whole-file --checksum source/ copy/
inventory --times --attributes copy
cmp <(inventory --times --attributes source) <(inventory --times --attributes copy)
