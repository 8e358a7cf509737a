/*
 * What vroot-init does about a root's /proc, /sys and /dev, which the daemon serves. Two things only the kernel can add:
 * a real procfs on /proc, in a mount namespace that nobody else sees and that ends with the action; and, where the
 * daemon's own stay, the file system's type that statfs(2) tells, which FUSE cannot say.
 *
 * The *answerer* does the latter: a child of the outer process outside the action's PID namespace, where the action can
 * neither see nor kill it. It alone of us walks the root while the action runs, so a daemon that answers late delays
 * only those who wait for it; it is killed and reaped before the outer process ends. Most actions never ask: the outer
 * process forks it at the first call.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include "special.h"

#if defined __x86_64__
#define NATIVE_ABI AUDIT_ARCH_X86_64
#else
#define NATIVE_ABI AUDIT_ARCH_AARCH64
#endif

enum {
	ANSWERERS_OWN = 0x76726f6f, /* a third argument, which fstatfs does not have, passes the filter */
	ALL_DESCRIPTORS = 16, /* the outer process has fewer */
};

static int proc_error = -1, statfs_error = -1; /* as the record "special" has them */
static bool mounts_copied; /* and not given back */

/* The text of a link below /proc; empty where it cannot be read or does not fit. */
static const char *read_link(const char *path, char text[PATH_MAX])
{
	ssize_t length = readlink(path, text, PATH_MAX);

	text[length < 0 || length == PATH_MAX ? 0 : length] = '\0';
	return text;
}

/* What a caller of statfs names, opened in the caller's root as O_PATH. Negative: the kernel is to answer. */
static int open_named(int pid, unsigned long long address)
{
	char text[2 * PATH_MAX], whole[4 * PATH_MAX], root[PATH_MAX], directory[PATH_MAX], link[32];
	struct open_how how = { .flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT };
	/* In two pieces, since the page after the one in which it ends may not be mapped. */
	size_t first = PATH_MAX - address % PATH_MAX;
	struct iovec local = { text, sizeof text };
	struct iovec remote[] = { { (void *)address, first }, { (void *)(address + first), PATH_MAX } };
	ssize_t count = process_vm_readv(pid, &local, 1, remote, 2, 0);

	if (count <= 0 || !*text || !memchr(text, '\0', (size_t)count))
		return -1;
	snprintf(link, sizeof link, "/proc/%d/cwd", pid);
	read_link(link, directory);
	snprintf(link, sizeof link, "/proc/%d/root", pid);
	size_t above = strlen(read_link(link, root));
	above = above == 1 ? 0 : above;
	if (*text != '/' && (!*directory || strncmp(directory, root, above) != 0))
		return -1;
	snprintf(whole, sizeof whole, "%s/%s", *text == '/' ? "" : directory + above, text);
	int top = open(link, O_PATH | O_CLOEXEC);
	int named = (int)syscall(SYS_openat2, top, whole, &how, sizeof how);
	close(top);
	return named;
}

/* The file system that belongs at a path of the root; 0: the root's own. */
static long type_of(const char *path, bool by_name)
{
	static const struct { const char *path; int asked; long type; } places[] = {
		{ "/proc", ANSWER_PROC, PROC_SUPER_MAGIC }, { "/sys/fs/cgroup", ANSWER_SYS, CGROUP2_SUPER_MAGIC },
		{ "/sys", ANSWER_SYS, SYSFS_MAGIC }, { "/dev", ANSWER_DEV, TMPFS_MAGIC },
	};
	int length = 0;

	/* By a name, a process's links lead us elsewhere than the caller; its pipes and sockets are none of procfs's files. */
	if ((by_name && sscanf(path, "/proc/%*[0-9]/%*[^/]/%n", &length) == 0 && length > 0) || strstr(path, ":["))
		return 0;
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		size_t size = strlen(places[i].path);
		if (strncmp(path, places[i].path, size) == 0 && (path[size] == '/' || !path[size]))
			return order.special & places[i].asked ? places[i].type : 0;
	}
	return 0;
}

/*
 * Answers one call, if it is about a special directory; false: the kernel is to do it. No security boundary: who changes
 * path or descriptors meanwhile gets the answer to another question.
 */
static bool answer_call(int listener, const char *root, const struct seccomp_notif *call)
{
	bool by_name = call->data.nr == SYS_statfs;
	char link[64], path[PATH_MAX];
	struct statfs result = { 0 };

	snprintf(link, sizeof link, "/proc/%d/fd/%d", (int)call->pid, (int)call->data.args[0]);
	int file = by_name ? open_named((int)call->pid, call->data.args[0]) : open(link, O_PATH | O_CLOEXEC);
	if (file < 0)
		return false;
	snprintf(link, sizeof link, "/proc/self/fd/%d", file);
	read_link(link, path);
	/* In a mount namespace of its own the root is the top: nothing stands before the path. */
	size_t above = strncmp(path, root, strlen(root)) == 0 ? strlen(root) : 0;
	long type = syscall(SYS_fstatfs, file, &result, ANSWERERS_OWN) == 0 && result.f_type == FUSE_SUPER_MAGIC ? type_of(path + above, by_name) : 0;
	close(file);
	if (type == 0)
		return false;
	result.f_type = type;
	if (type != TMPFS_MAGIC) /* the others hold nothing */
		result.f_blocks = result.f_bfree = result.f_bavail = result.f_files = result.f_ffree = 0;
	struct iovec local = { &result, sizeof result }, remote = { (void *)call->data.args[1], sizeof result };
	return ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &call->id) == 0
		&& process_vm_writev((int)call->pid, &local, 1, &remote, 1, 0) == (ssize_t)sizeof result;
}

static _Noreturn void answer_calls(int listener, pid_t outer)
{
	char link[64], root[PATH_MAX];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != outer)
		_exit(EXIT_SETUP); /* it ended before that signal was asked for */
	setpgid(0, 0);
	for (int fd = 0; fd < ALL_DESCRIPTORS; fd++) /* pipes whose ends are waited for, a terminal */
		if (fd != listener)
			close(fd);
	int top = open(order.root, O_PATH | O_CLOEXEC);
	snprintf(link, sizeof link, "/proc/self/fd/%d", top);
	read_link(link, root);
	close(top);
	for (struct pollfd polled = { .fd = listener, .events = POLLIN }; poll(&polled, 1, -1) != 1 || !(polled.revents & POLLHUP);) {
		struct seccomp_notif call = { 0 };
		if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call) != 0)
			continue; /* EINTR, or ENOENT: a signal came first */
		struct seccomp_notif_resp response = { .id = call.id };
		if (!*root || !answer_call(listener, root, &call))
			response.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
		ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response); /* ENOENT, too */
	}
	_exit(EXIT_SUCCESS); /* nobody is left who could ask */
}

/* Takes a call that is there, and leaves it to the kernel. */
static void let_kernel_answer(int listener)
{
	struct seccomp_notif call = { 0 };

	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call) != 0)
		return; /* ENOENT: its caller was killed */
	struct seccomp_notif_resp response = { .id = call.id, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE };
	ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
}

/*
 * From now on, statfs and fstatfs of this process and its children wait for an answer. Other ABIs of the machine are let
 * through to the kernel. Returns the descriptor that polls readable when there is a call, or -1.
 */
int listen_for_calls(void)
{
	struct sock_filter instructions[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE_ABI, 0, 5),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_statfs, 4, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_fstatfs, 0, 2),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ANSWERERS_OWN, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
	};
	struct sock_fprog program = { sizeof instructions / sizeof *instructions, instructions };
	const unsigned flags = SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_SPEC_ALLOW;
	int listener = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);

	/* With CAP_SYS_ADMIN set-user-id programs keep working; without, they are given up. */
	if (listener < 0 && errno == EACCES && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
		listener = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
	statfs_error = listener < 0 ? errno : 0;
	if (listener < 0 && (order.special & REQUIRED_ANSWERS))
		fail("statfs", "seccomp user notification");
	return listener;
}

/* At the first call: whatever it asks, the answerer takes it. Returns a pidfd of it, or -1: there is no process to be had. */
int start_answerer(int listener)
{
	pid_t outer = getpid(), answerer = fork();

	if (answerer == 0)
		answer_calls(listener, outer);
	if (answerer > 0)
		return (int)syscall(SYS_pidfd_open, answerer, 0);
	let_kernel_answer(listener);
	return -1;
}

/* Waits for it, too: it may hold something in the root, which is to be unmounted now. -1: there is none. */
void end_answerer(int pidfd)
{
	if (pidfd >= 0)
		syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
	while (waitpid(-1, NULL, 0) > 0)
		;
}

/* Masks what container runtimes mask. */
static bool confine_proc(void)
{
	static const char *const hidden[] = { "/proc/kcore", "/proc/kmsg", "/proc/keys", "/proc/kallsyms", "/proc/timer_list" };
	static const char *const read_only[] = { "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger" };
	const unsigned long flags = MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC;

	for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
		if (mount("/dev/null", hidden[i], NULL, MS_BIND, NULL) != 0 && errno != ENOENT)
			return false;
	for (size_t i = 0; i < sizeof read_only / sizeof *read_only; i++)
		if (mount(read_only[i], read_only[i], NULL, MS_BIND, NULL) == 0
			? mount(NULL, read_only[i], NULL, flags, NULL) != 0 : errno != ENOENT)
			return false;
	return true;
}

/*
 * PID 1 mounts a procfs over the /proc of a mount namespace of its own; the command's child takes it to the root. In a
 * user namespace the kernel allows that where the whole of a procfs is visible: not under a container's masks.
 */
void mount_proc(void)
{
	int top = open("/", O_PATH | O_CLOEXEC), outside = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);

	errno = EPERM; /* without a PID namespace it would show the machine's processes */
	bool mounted = (order.namespaces & CLONE_NEWPID) && unshare(CLONE_NEWNS) == 0
		&& mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) == 0
		&& mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0
		&& (!(order.special & CONFINED_PROC) || confine_proc());
	proc_error = mounted ? 0 : errno;
	/* Without it we would hold copies of all mounts of the machine for as long as the action lives. */
	mounts_copied = !mounted && (order.namespaces & CLONE_NEWPID) && setns(outside, CLONE_NEWNS) == 0
		&& (fchdir(top) != 0 || chroot(".") != 0);
	close(top);
	close(outside);
}

/* What became of it is told when the daemon has seen the "init" record, and not before. */
void require_proc(void)
{
	errno = proc_error;
	if (mounts_copied)
		fail("proc", "the machine's mounts");
	if (proc_error != 0 && (order.special & REQUIRED_PROC))
		fail("proc", "mounting a procfs");
}

/* With a procfs the root becomes the top of the mount namespace, and everything else of the machine goes. */
void enter_root(void)
{
	if (proc_error == 0 && (mount(order.root, order.root, NULL, MS_BIND, NULL) != 0 || chdir(order.root) != 0
		|| mount("/proc", "proc", NULL, MS_MOVE, NULL) != 0)) {
		proc_error = errno;
		if (order.special & REQUIRED_PROC)
			fail("proc", order.root);
	}
	if (proc_error == 0 && syscall(SYS_pivot_root, ".", ".") == 0) {
		if (umount2(".", MNT_DETACH) != 0 || chdir("/") != 0)
			fail("chroot", order.root);
	} else if (chdir(order.root) != 0 || chroot(".") != 0) { /* a machine that runs from its initramfs cannot pivot */
		fail("chroot", order.root);
	}
	if (order.special)
		report("special %d %d", proc_error, statfs_error);
}
