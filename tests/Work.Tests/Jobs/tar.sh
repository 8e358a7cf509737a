# Hard links and sparse files, archived and unpacked again.
mkdir tree
truncate -s 8M tree/empty-sparse
printf 'at the start' >tree/sparse
printf 'in the middle' | dd of=tree/sparse bs=1 seek=3145728 conv=notrunc status=none
truncate -s 6M tree/sparse
dd if=/dev/zero of=tree/zeros bs=64k count=4 status=none
fallocate -l 1M tree/allocated
fallocate -p -o 65536 -l 131072 tree/zeros
printf 'twice' >tree/first
mkdir tree/below
ln tree/first tree/below/second
ln tree/sparse tree/below/sparse-too
ln -s ../first tree/below/symbolic
ln -P tree/below/symbolic tree/below/symbolic-too
mkfifo tree/fifo
python3 -c 'import os; os.setxattr("tree/first", "user.note", b"kept")'
settle tree
inventory --times --holes --attributes tree
tar --sort=name --format=posix --pax-option=delete=atime,delete=ctime --xattrs --sparse -cf tree.tar tree
mkdir unpacked
tar --xattrs --sparse -xpf tree.tar -C unpacked
inventory --times --holes --attributes unpacked
cp -a --sparse=always tree/zeros all-hole
cp --sparse=never tree/sparse dense
# pax names a sparse member after tar's process id: the archive itself is compared in the older format, which has no attributes.
inventory --holes -x tree.tar .
tar --sort=name --format=gnu --sparse -cf - tree | sha256sum
