#!/bin/sh
# Process 1 of a machine that is a PID, mount, UTS, IPC and cgroup namespace: systemd as it is installed here, and no unit but those
# of DIRECTORY/etc. Nothing outside of DIRECTORY, /usr (read-only) and this cgroup is its.
# Usage: unshare --pid --mount --uts --ipc --cgroup --fork systemd-machine.sh DIRECTORY    (with etc, opt, var and top in it; in a
# cgroup that holds nothing else)
set -e
cd "$1"
mount --make-rprivate /
mount -t tmpfs -o mode=755 none top
for name in bin sbin lib lib32 lib64 libx32; do
	[ ! -L "/$name" ] || cp -P "/$name" top
done
mkdir top/usr top/etc top/opt top/var top/dev top/proc top/sys top/run top/tmp top/root top/old
mount --bind /usr top/usr
mount -o remount,bind,ro top/usr
for name in etc opt var; do
	mount --bind "$name" "top/$name"
done
mount -t tmpfs -o mode=755,nosuid none top/dev
for name in null zero full random urandom tty fuse; do
	: >"top/dev/$name"
	mount --bind "/dev/$name" "top/dev/$name"
done
ln -s /proc/self/fd top/dev/fd
mkdir top/dev/pts top/dev/shm
mount -t devpts -o newinstance,ptmxmode=666 none top/dev/pts
ln -s pts/ptmx top/dev/ptmx
mount -t tmpfs -o mode=1777 none top/dev/shm
mount -t proc proc top/proc
mount -t sysfs -o ro none top/sys
mount -t cgroup2 none top/sys/fs/cgroup
mount -t tmpfs -o mode=755 none top/run
mount -t tmpfs -o mode=1777 none top/tmp
cd top
pivot_root . old
umount -l old
rmdir old
exec env -i container=test PATH=/usr/sbin:/usr/bin SYSTEMD_UNIT_PATH=/etc/systemd/system SYSTEMD_GENERATOR_PATH=/etc/no-generators \
	/lib/systemd/systemd --system --unit=multi-user.target --log-target=null --show-status=no
