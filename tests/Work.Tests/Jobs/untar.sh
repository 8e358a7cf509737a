# 10,000 files and links of all modes, unpacked with their times and owners; then half of them removed again.
mkdir many
tar -xpf /inputs/many.tar -C many
inventory --times many
rm -r many/directory-0[0-4]*
find many -name '*7' -type f -delete
mv many/directory-099 many/renamed
inventory --file-times many
tar --sort=name --mtime=@1000000000 -cf - many | sha256sum
