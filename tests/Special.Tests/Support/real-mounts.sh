# Runs a command chrooted in a tree with the kernel's own /proc, /sys and /dev. For the first process of namespaces of its own
# (mount, PID, cgroup): nothing of it can be seen outside, and all of it goes with the last process.
# Usage: sh -e real-mounts.sh TREE COMMAND...
tree=$1
shift
mount --bind "$tree" "$tree"
mount -t proc -o nosuid,nodev,noexec proc "$tree/proc"
mount --rbind /sys "$tree/sys"
mount -t tmpfs -o mode=755 dev "$tree/dev"
for device in null zero full random urandom tty; do
	# A user namespace has no mknod. The machine's /dev is not shown whole: the catalogue tries to remove things.
	mknod -m 666 "$tree/dev/$device" c $(stat -c '0x%t 0x%T' "/dev/$device") 2>/dev/null || {
		: >"$tree/dev/$device"
		mount --bind "/dev/$device" "$tree/dev/$device"
	}
done
mkdir "$tree/dev/shm"
mount -t tmpfs -o mode=1777 shm "$tree/dev/shm"
ln -s /proc/self/fd "$tree/dev/fd"
ln -s /proc/self/fd/0 "$tree/dev/stdin"
ln -s /proc/self/fd/1 "$tree/dev/stdout"
ln -s /proc/self/fd/2 "$tree/dev/stderr"
mount -t tmpfs -o mode=1777 tmp "$tree/tmp"
unset PWD OLDPWD # which the shell exports
exec /usr/sbin/chroot "$tree" "$@"
