/*
 * vroot-init: runs one command in a root, as the init process of that command. vroot starts it, with three descriptors
 * and neither arguments nor environment: what the order says is nobody's to read in /proc/1.
 *
 * Two processes: the *outer* one, which the daemon spawned, and, in a PID namespace, its child, the *inner* one: PID 1.
 * Without a PID namespace (not asked for, or not permitted here) the outer process is both, and a child subreaper. The
 * inner process forks the command, reaps orphans, forwards signals, and when the command has ended kills what is left,
 * waits for the last of it and reports. Neither ever touches the root: it may lie on the daemon's own FUSE mount, where a
 * descriptor or working directory of ours would keep it from being unmounted, and where a path walk of ours could wait
 * for a daemon that waits for us. Only the command's child (command.c)
 * resolves it, and the *answerer*, a third process, if one is called for: special.c.
 *
 * Nothing outlives the daemon. It holds the only write end of the life pipe: the end of that file means kill everything.
 * PR_SET_PDEATHSIG does the same for an inner process that cannot poll.
 *
 * Life pipe: the daemon writes one byte when the command may start; it has seen the "init" record by then.
 *
 * Status pipe: text records, each ended by a NUL:
 *	init PID pid-namespace|subreaper ERRNO	inner process; ERRNO: why there is no PID namespace, or 0
 *	special PROC STATFS			of a procfs and of answering statfs: 0: had, -1: not asked for, else errno
 *	failed STEP ERRNO [WHAT]		the command was not executed
 *	exited CODE				the command's end; everything it started is gone by now
 *	signaled SIGNAL CORE
 *	usage USER_US SYSTEM_US MAXRSS_KIB MINOR MAJOR INBLOCK OUBLOCK VOLUNTARY INVOLUNTARY
 *
 * Order, a file: strings, each ended by a NUL; numbers are decimal:
 *	ORDER_FORMAT ROOT DIRECTORY HOSTNAME	the working directory is one in the root; no host name: empty
 *	STDOUT STDERR CGROUP			opened for, and joined by, the command alone; empty: ours
 *	NAMESPACES				CLONE_NEWPID and its kind; in a user namespace our ids appear as UID
 *						and GID, or as 0
 *	SESSION					1: one without a terminal, whose process group gets the signals
 *	NO_NEW_PRIVILEGES			1: set-user-id programs gain nothing
 *	SPECIAL					KERNEL_PROC and its kind
 *	UID GID					of the command; -1: unchanged. A GID drops all other groups
 *	COUNT (NAME RESOURCE SOFT HARD)...	limits; NAME is for messages
 *	COUNT ARGUMENT...			the command
 *	COUNT ENTRY...				its environment
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "special.h"

#define ORDER_FORMAT "vroot-init order 4"

struct order order;

static sigset_t all_signals;

void report(const char *format, ...)
{
	char record[PATH_MAX + 128];
	va_list arguments;

	va_start(arguments, format);
	int length = vsnprintf(record, sizeof record, format, arguments);
	va_end(arguments);
	size_t size = length < (int)sizeof record ? (size_t)length + 1 : sizeof record;
	/* With its NUL. A dead daemon's pipe gives EPIPE (SIGPIPE is blocked): there is nobody left to tell. */
	while (write(STATUS_FD, record, size) < 0 && errno == EINTR)
		;
}

_Noreturn void fail(const char *step, const char *what)
{
	int error = errno;

	report("failed %s %d %s", step, error, what);
	_exit(EXIT_SETUP);
}

static char *take(FILE *file)
{
	char *text = NULL;
	size_t size = 0;

	if (!file || getdelim(&text, &size, '\0', file) < 0) {
		fputs("vroot-init: only the vroot that was built with it can start it: run eng/build\n", stderr);
		exit(EXIT_SETUP);
	}
	return text;
}

static char **take_all(size_t count, FILE *file)
{
	char **strings = calloc(count + 1, sizeof *strings);

	for (size_t i = 0; strings && i < count; i++)
		strings[i] = take(file);
	if (!strings)
		fail("order", "memory");
	return strings;
}

static void read_order(void)
{
	FILE *file = fdopen(ORDER_FD, "r");

	order.root = strcmp(take(file), ORDER_FORMAT) == 0 ? take(file) : take(NULL);
	order.directory = take(file);
	order.hostname = take(file);
	order.output = take(file);
	order.error = take(file);
	order.cgroup = take(file);
	order.namespaces = atoi(take(file));
	order.session = atoi(take(file));
	order.no_new_privileges = atoi(take(file));
	order.special = atoi(take(file));
	order.uid = atoll(take(file));
	order.gid = atoll(take(file));
	order.limits = take_all(4 * strtoul(take(file), NULL, 10), file);
	order.command = take_all(strtoul(take(file), NULL, 10), file);
	order.environment = take_all(strtoul(take(file), NULL, 10), file);
}

/* A descriptor of /dev/fuse or of the mount that leaked to us would keep a dead daemon's mount alive. */
static void close_all_but_pipes(void)
{
	struct rlimit open_files;

	if (syscall(SYS_close_range, ORDER_FD, ~0U, 0) != 0 && getrlimit(RLIMIT_NOFILE, &open_files) == 0)
		for (int fd = ORDER_FD; fd < (int)open_files.rlim_cur; fd++) /* before Linux 5.9 */
			close(fd);
	if (fcntl(STATUS_FD, F_SETFD, FD_CLOEXEC) != 0 || fcntl(LIFE_FD, F_SETFD, FD_CLOEXEC) != 0)
		fail("pipes", "fcntl");
}

static void write_map(const char *path, const char *format, unsigned inside, unsigned outside)
{
	char text[64];
	int length = snprintf(text, sizeof text, format, inside, outside);
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, (size_t)length) < 0)
		fail("user-ns", path);
	close(fd);
}

static void enter_user_namespace(void)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();

	if (unshare(CLONE_NEWUSER) != 0)
		fail("user-ns", "unshare");
	write_map("/proc/self/setgroups", "deny", 0, 0);
	write_map("/proc/self/uid_map", "%u %u 1", order.uid < 0 ? 0 : (unsigned)order.uid, uid);
	write_map("/proc/self/gid_map", "%u %u 1", order.gid < 0 ? 0 : (unsigned)order.gid, gid);
	order.uid = order.gid = -1; /* they are those asked for already, and setgroups is denied for good */
}

static void raise_loopback(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request) != 0)
		fail("net-ns", "loopback");
	close(fd);
}

/* All but the PID namespace, which begins with the inner process: the answerer is to be outside. Returns where calls for
 * the answerer come, or -1. */
static int enter_namespaces(void)
{
	int others = order.namespaces & (CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET);

	if (order.namespaces & CLONE_NEWUSER)
		enter_user_namespace();
	if (others && unshare(others) != 0)
		fail("unshare", "IPC, UTS or network namespace");
	if (*order.hostname && sethostname(order.hostname, strlen(order.hostname)) != 0)
		fail("hostname", order.hostname);
	if (order.namespaces & CLONE_NEWNET)
		raise_loopback();
	return order.special & ANSWER ? listen_for_calls() : -1;
}

static FILE *open_children(void)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
	FILE *children = fopen(path, "re");
	if (!children)
		fail("subreaper", path); /* no /proc, or a kernel without CONFIG_PROC_CHILDREN */
	return children;
}

/* Without a PID namespace: kills our children; theirs become ours, so it is called until there is none. */
static void kill_children(void)
{
	FILE *children = open_children();

	for (pid_t pid; fscanf(children, "%d", &pid) == 1;)
		kill(pid, SIGKILL);
	fclose(children);
}

/* Kills and reaps all that is left. Returns when this process is alone; *status is child's if it was left. */
static void end_all(pid_t child, int *status)
{
	bool whole_namespace = order.namespaces & CLONE_NEWPID, killed = false;
	int one;

	for (;;) {
		pid_t pid = waitpid(-1, &one, whole_namespace && killed ? 0 : WNOHANG);
		if (pid < 0)
			return; /* ECHILD: every signal is blocked, so nothing interrupts */
		if (pid == child)
			*status = one;
		if (pid > 0)
			continue;
		killed = true;
		if (whole_namespace) {
			kill(-1, SIGKILL);
		} else {
			kill_children();
			poll(NULL, 0, 1); /* they need a moment to die, and theirs to become ours */
		}
	}
}

/* Takes all that has ended; true when child is among it. */
static bool reap(pid_t child, int *status)
{
	int one;
	pid_t pid;
	bool ended = false;

	while ((pid = waitpid(-1, &one, WNOHANG)) > 0)
		if (pid == child) {
			*status = one;
			ended = true;
		}
	return ended;
}

/* Waits for child's end, or for the end of the daemon (life_fd) or of the outer process; starts the answerer when it is
 * called, and returns a pidfd of it by answerer, or -1. */
static int supervise(pid_t child, pid_t signal_target, int life_fd, int outer_pidfd, int calls, int *answerer)
{
	struct signalfd_siginfo info;
	int status = 0;
	struct pollfd polled[] = {
		{ .fd = signalfd(-1, &all_signals, SFD_CLOEXEC), .events = POLLIN },
		{ .fd = life_fd, .events = POLLIN },
		{ .fd = outer_pidfd, .events = POLLIN },
		{ .fd = calls, .events = POLLIN },
	};
	while (!reap(child, &status)) {
		if (poll(polled, 4, -1) < 0)
			continue;
		if (polled[1].revents || polled[2].revents) {
			end_all(child, &status);
			break;
		}
		/* What the kernel sent (a terminal's Ctrl-C, a hangup), the command has got by itself. */
		if (polled[0].revents && read(polled[0].fd, &info, sizeof info) == sizeof info
			&& info.ssi_signo != SIGCHLD && info.ssi_code <= 0)
			kill(signal_target, (int)info.ssi_signo);
		if (polled[3].revents && (*answerer = start_answerer(calls)) >= 0) {
			close(calls);
			polled[3].fd = -1;
		}
	}
	close(polled[0].fd);
	return status;
}

static void report_end(int status)
{
	struct rusage used;

	if (WIFSIGNALED(status))
		report("signaled %d %d", WTERMSIG(status), WCOREDUMP(status) ? 1 : 0);
	else
		report("exited %d", WEXITSTATUS(status));
	getrusage(RUSAGE_CHILDREN, &used);
	report("usage %lld %lld %ld %ld %ld %ld %ld %ld %ld", used.ru_utime.tv_sec * 1000000LL + used.ru_utime.tv_usec,
		used.ru_stime.tv_sec * 1000000LL + used.ru_stime.tv_usec, used.ru_maxrss, used.ru_minflt, used.ru_majflt,
		used.ru_inblock, used.ru_oublock, used.ru_nvcsw, used.ru_nivcsw);
}

/*
 * A fork. What a terminal sent to our group before there was the child, the kernel has not given it: it gets that here,
 * once. What the parent takes after the fork, but came to both, is pending in the child, too: both block every signal.
 * With a namespace (CLONE_NEWPID) that the kernel does not give: -1.
 */
static pid_t fork_passing_on(const char *what, int namespace)
{
	sigset_t early, own;
	int passed[2], one = pipe2(passed, O_CLOEXEC);
	pid_t child = one == 0 ? (pid_t)syscall(SYS_clone, namespace | SIGCHLD, 0, 0, 0, 0) : -1;

	if (child < 0 && (one != 0 || !namespace || errno == EAGAIN || errno == ENOMEM))
		fail("fork", what);
	if (child < 0) {
		close(passed[0]);
		close(passed[1]);
		return -1;
	}
	sigemptyset(&early);
	while (child && (one = sigtimedwait(&all_signals, NULL, &(struct timespec){ 0, 0 })) > 0)
		sigaddset(&early, one);
	if (child && write(passed[1], &early, sizeof early) < 0)
		fail("fork", "pipe");
	close(passed[1]);
	if (!child && (read(passed[0], &early, sizeof early) != sizeof early || sigpending(&own) != 0))
		_exit(EXIT_SETUP); /* the parent was killed */
	for (one = 1; !child && one < NSIG; one++)
		if (sigismember(&early, one) == 1 && sigismember(&own, one) == 0)
			kill(getpid(), one);
	close(passed[0]);
	return child;
}

/* The command's stdio is the command's: a pipe must end when the command ends it. */
static void close_stdio(void)
{
	for (int fd = 0; fd <= 2; fd++)
		close(fd);
}

/* The calls for the answerer are taken by the process that is outside of the PID namespace: here, if there is none. */
static int run_inner(int outer_pidfd, int calls)
{
	struct pollfd polled[] = { { LIFE_FD, POLLIN, 0 }, { outer_pidfd, POLLIN, 0 } };
	int answerer = -1;
	char go;

	if (order.special & KERNEL_PROC)
		mount_proc(); /* while the daemon is being told */
	while (poll(polled, 2, -1) < 0)
		;
	if (polled[1].revents || read(LIFE_FD, &go, 1) != 1)
		return EXIT_SETUP;
	if (order.special & KERNEL_PROC)
		require_proc();
	pid_t command = fork_passing_on("command", 0);
	if (command == 0)
		run_command();
	close_stdio();
	/* Out of the command's process group, so that a signal to that group is not also forwarded; and out of its session:
	 * in it we would be the parent that keeps the group from being orphaned, and at the command's end the kernel would
	 * hang up the whole group, our caller too, if anything stopped is in it (kill_orphaned_pgrp). */
	setsid();
	int status = supervise(command, order.session ? -command : command, LIFE_FD, outer_pidfd, calls, &answerer);
	end_all(command, &status);
	report_end(status);
	return EXIT_SUCCESS;
}

/* A shell in a PID namespace takes the terminal and cannot give it back to a group that it cannot name. */
static void restore_terminal(int terminal, pid_t foreground)
{
	if (foreground > 0 && kill(-tcgetpgrp(terminal), 0) != 0 && errno == ESRCH)
		tcsetpgrp(terminal, foreground); /* SIGTTOU is blocked */
}

/* Returns why there is no PID namespace. */
static int run_outer(int calls)
{
	int answerer = -1, outer_pidfd = (int)syscall(SYS_pidfd_open, getpid(), 0);
	int terminal = order.session ? -1 : open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	pid_t foreground = terminal < 0 || tcgetpgrp(terminal) != getpgrp() ? -1 : getpgrp();
	pid_t inner = fork_passing_on("init", CLONE_NEWPID);
	int reason = errno;

	if (inner <= 0 && terminal >= 0)
		close(terminal);
	if (inner < 0) {
		close(outer_pidfd);
		return reason;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (inner == 0) {
		if (calls >= 0)
			close(calls);
		exit(run_inner(outer_pidfd, -1));
	}
	report("init %d pid-namespace 0", inner);
	close_stdio();
	setpgid(0, 0); /* as the inner process, but for the session, which restore_terminal needs */
	int status = supervise(inner, inner, -1, -1, calls, &answerer);
	if (WIFSIGNALED(status))
		report_end(status); /* killed from outside: it could not tell itself */
	end_answerer(answerer);
	restore_terminal(terminal, foreground);
	exit(EXIT_SUCCESS);
}

/* A copy of this program with the name ls-proc: what `vroot demo` runs where there is no static busybox. */
static int list_proc_self(void)
{
	char target[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", target, sizeof target);
	DIR *self = opendir("/proc/self");

	if (length < 0 || !self) {
		perror(length < 0 ? "/proc/self/exe" : "/proc/self");
		return EXIT_FAILURE;
	}
	for (struct dirent *entry; (entry = readdir(self));)
		printf("/proc/self/%s\n", entry->d_name);
	printf("/proc/self/exe -> %.*s\n", (int)length, target);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	if (argc > 0 && strcmp(basename(argv[0]), "ls-proc") == 0)
		return list_proc_self();
	memset(&all_signals, -1, sizeof all_signals); /* sigfillset leaves out some that the C library thinks are its own */
	sigprocmask(SIG_SETMASK, &all_signals, NULL);
	read_order();
	close_all_but_pipes();
	if (chdir("/") != 0)
		fail("chdir", "/");

	int calls = enter_namespaces(), reason = 0;
	if (order.namespaces & CLONE_NEWPID) {
		reason = run_outer(calls);
		order.namespaces &= ~CLONE_NEWPID;
	}
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	fclose(open_children()); /* rather now than when there is something to kill */
	report("init %d subreaper %d", getpid(), reason);
	return run_inner(-1, calls);
}
