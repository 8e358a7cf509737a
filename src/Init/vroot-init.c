/*
 * vroot-init: runs one command in a root, as the init process of that command.
 *
 *	vroot-init --root DIR --status-fd N --life-fd N [OPTION]... -- COMMAND [ARGUMENT]...
 *
 * Two processes: the *outer* one, which the daemon spawned, and, in a PID namespace, its child, the
 * *inner* one: PID 1. Without a PID namespace (not asked for, or not permitted here) the outer process
 * is both, and a child subreaper. The inner process forks the command, reaps orphans, forwards signals,
 * and when the command has ended kills what is left, waits for the last of it and reports.
 *
 * Neither process ever touches the root: it may lie on the daemon's own FUSE mount, where a descriptor
 * or working directory of ours would keep it from being unmounted, and where a path walk of ours could
 * wait for a daemon that waits for us. Only the command's child resolves --root.
 *
 * Nothing outlives the daemon. It holds the only write end of the life pipe: the end of that file means
 * kill everything. PR_SET_PDEATHSIG does the same for an inner process that cannot poll.
 *
 * Life pipe: the daemon writes one byte when the command may start; it has seen the "init" record by then.
 *
 * Status pipe: text records, each ended by a NUL:
 *	init PID pid-namespace|subreaper ERRNO	inner process; ERRNO: why there is no PID namespace, or 0
 *	failed STEP ERRNO [WHAT]		the command was not executed
 *	exited CODE				the command's end; everything it started is gone by now
 *	signaled SIGNAL CORE
 *	usage USER_US SYSTEM_US MAXRSS_KIB MINOR MAJOR INBLOCK OUBLOCK VOLUNTARY INVOLUNTARY
 *
 * Environment: every entry starts with one '@', which is taken off for the command: the strings come from
 * far away, and the C library of this process must not see a GLIBC_TUNABLES in them.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <grp.h>
#include <limits.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
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

enum { EXIT_SETUP = 125, MAX_LIMITS = 16 };

static const char usage_text[] =
	"Usage: vroot-init --root DIR [OPTION]... -- COMMAND [ARGUMENT]...\n"
	"Runs COMMAND chrooted in DIR as the init process of everything that it starts.\n"
	"The head of vroot-init.c describes the protocol of the two pipes.\n\n"
	"  --root DIR            the new root; only the command's own process touches it\n"
	"  --chdir PATH          working directory inside the root (default /)\n"
	"  --status-fd N         where the records go; this and --life-fd above 2\n"
	"  --life-fd N           a byte to read: start; end of file: kill everything\n"
	"  --uid N, --gid N      ids of the command (default: unchanged); --gid drops other groups\n"
	"  --pid-ns              a PID namespace; where it is not permitted, a child subreaper\n"
	"  --ipc-ns, --net-ns    an IPC namespace; a network namespace with only its loopback device\n"
	"  --uts-ns              a UTS namespace; with --hostname NAME, under that name\n"
	"  --user-ns             a user namespace: our ids appear as --uid and --gid (default 0)\n"
	"  --no-new-privs        set-user-id programs gain nothing\n"
	"  --rlimit NAME=S[:H]   soft and hard limit: a number or 'unlimited' (as cpu fsize data stack core\n"
	"                        rss nproc nofile memlock locks sigpending msgqueue nice rtprio rttime)\n"
	"  --session             a session of its own, without a terminal; signals go to its process group\n"
	"  --help\n";

struct limit {
	const char *text;
	int resource;
	struct rlimit value;
};

static struct {
	const char *root, *directory, *hostname;
	char **command, **environment;
	long long uid, gid; /* -1: unchanged */
	size_t limit_count;
	struct limit limits[MAX_LIMITS];
	int status_fd, life_fd, namespaces, no_new_privs, session;
} opt = { .directory = "/", .uid = -1, .gid = -1, .status_fd = -1, .life_fd = -1 };

static _Noreturn void bad_usage(const char *what, const char *value)
{
	fprintf(stderr, "vroot-init: %s: %s; see vroot-init --help\n", what, value);
	exit(EXIT_SETUP);
}

static void report(const char *format, ...)
{
	char record[PATH_MAX + 128];
	va_list arguments;

	va_start(arguments, format);
	int length = vsnprintf(record, sizeof record, format, arguments);
	va_end(arguments);
	if (length >= (int)sizeof record)
		length = sizeof record - 1;
	/* With its NUL. A dead daemon's pipe gives EPIPE (SIGPIPE is blocked): there is nobody left to tell. */
	while (write(opt.status_fd, record, (size_t)length + 1) < 0 && errno == EINTR)
		;
}

static _Noreturn void fail(const char *step, const char *what)
{
	int error = errno;

	report("failed %s %d %s", step, error, what);
	_exit(EXIT_SETUP);
}

static unsigned long long number(const char *text, unsigned long long largest)
{
	char *end;

	if (largest == RLIM_INFINITY && strcmp(text, "unlimited") == 0)
		return RLIM_INFINITY;
	errno = 0;
	unsigned long long value = strtoull(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || value > largest)
		bad_usage("not a number in range", text);
	return value;
}

static void parse_limit(const char *text)
{
	static const char *const names[] = {
		[RLIMIT_AS] = "as", [RLIMIT_CPU] = "cpu", [RLIMIT_FSIZE] = "fsize", [RLIMIT_DATA] = "data",
		[RLIMIT_STACK] = "stack", [RLIMIT_CORE] = "core", [RLIMIT_RSS] = "rss", [RLIMIT_NPROC] = "nproc",
		[RLIMIT_NOFILE] = "nofile", [RLIMIT_MEMLOCK] = "memlock", [RLIMIT_LOCKS] = "locks",
		[RLIMIT_SIGPENDING] = "sigpending", [RLIMIT_MSGQUEUE] = "msgqueue", [RLIMIT_NICE] = "nice",
		[RLIMIT_RTPRIO] = "rtprio", [RLIMIT_RTTIME] = "rttime",
	};
	char name[16], soft[24], hard[24];
	int parts = sscanf(text, "%15[^=]=%23[^:]:%23s", name, soft, hard);

	if (opt.limit_count == MAX_LIMITS || parts < 2)
		bad_usage("too many limits, or not NAME=SOFT or NAME=SOFT:HARD", text);
	for (int i = 0; i < (int)(sizeof names / sizeof *names); i++)
		if (strcmp(name, names[i]) == 0) {
			opt.limits[opt.limit_count++] = (struct limit){ text, i,
				{ number(soft, RLIM_INFINITY), number(parts == 3 ? hard : soft, RLIM_INFINITY) } };
			return;
		}
	bad_usage("no such limit", text);
}

static void parse_options(int argc, char **argv)
{
	static const struct option options[] = {
		{ "root", 1, 0, 'r' }, { "chdir", 1, 0, 'd' }, { "status-fd", 1, 0, 's' }, { "life-fd", 1, 0, 'l' },
		{ "uid", 1, 0, 'u' }, { "gid", 1, 0, 'g' }, { "hostname", 1, 0, 'n' }, { "rlimit", 1, 0, 'm' },
		{ "help", 0, 0, 'h' }, { "pid-ns", 0, 0, CLONE_NEWPID }, { "ipc-ns", 0, 0, CLONE_NEWIPC },
		{ "uts-ns", 0, 0, CLONE_NEWUTS }, { "net-ns", 0, 0, CLONE_NEWNET }, { "user-ns", 0, 0, CLONE_NEWUSER },
		{ "no-new-privs", 0, &opt.no_new_privs, 1 }, { "session", 0, &opt.session, 1 }, { 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "+", options, NULL)) != -1) {
		switch (option) {
		case 'r': opt.root = optarg; break;
		case 'd': opt.directory = optarg; break;
		case 's': opt.status_fd = (int)number(optarg, INT_MAX); break;
		case 'l': opt.life_fd = (int)number(optarg, INT_MAX); break;
		case 'u': opt.uid = (long long)number(optarg, UINT32_MAX - 1); break;
		case 'g': opt.gid = (long long)number(optarg, UINT32_MAX - 1); break;
		case 'n': opt.hostname = optarg; break;
		case 'm': parse_limit(optarg); break;
		case 'h': fputs(usage_text, stdout); exit(0);
		case '?': exit(EXIT_SETUP); /* getopt_long has said why */
		default: opt.namespaces |= option; /* 0 for the two that set their own */
		}
	}
	if (!opt.root || opt.status_fd < 3 || opt.life_fd < 3 || opt.status_fd == opt.life_fd)
		bad_usage("missing or impossible option", "--root, --status-fd or --life-fd");
	if (!argv[optind] || (opt.hostname && !(opt.namespaces & CLONE_NEWUTS)))
		bad_usage("missing", argv[optind] ? "--uts-ns for --hostname" : "COMMAND");
	opt.command = argv + optind;
	for (char **entry = opt.environment; *entry; entry++) {
		if (**entry != '@')
			bad_usage("an environment entry does not start with @", *entry);
		++*entry;
	}
}

static void close_between(unsigned first, unsigned last)
{
	if (first > last || syscall(SYS_close_range, first, last, 0) == 0)
		return;
	struct rlimit open_files; /* before Linux 5.9 */
	if (getrlimit(RLIMIT_NOFILE, &open_files) == 0)
		for (unsigned fd = first; fd <= last && fd < open_files.rlim_cur; fd++)
			close((int)fd);
}

/* A descriptor of /dev/fuse or of the mount that leaked to us would keep a dead daemon's mount alive. */
static void close_all_but_ours(void)
{
	bool status_first = opt.status_fd < opt.life_fd;
	unsigned low = (unsigned)(status_first ? opt.status_fd : opt.life_fd);
	unsigned high = (unsigned)(status_first ? opt.life_fd : opt.status_fd);

	close_between(3, low - 1);
	close_between(low + 1, high - 1);
	close_between(high + 1, ~0U);
	if (fcntl(opt.status_fd, F_SETFD, FD_CLOEXEC) != 0 || fcntl(opt.life_fd, F_SETFD, FD_CLOEXEC) != 0)
		bad_usage("not open", "--status-fd or --life-fd");
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
	write_map("/proc/self/uid_map", "%u %u 1", opt.uid < 0 ? 0 : (unsigned)opt.uid, uid);
	write_map("/proc/self/gid_map", "%u %u 1", opt.gid < 0 ? 0 : (unsigned)opt.gid, gid);
	opt.uid = opt.gid = -1; /* they are those asked for already, and setgroups is denied for good */
}

static void raise_loopback(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request) != 0)
		fail("net-ns", "loopback");
	close(fd);
}

/* Returns why there is no PID namespace, or 0. */
static int enter_namespaces(void)
{
	int others = opt.namespaces & (CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET);

	if (opt.namespaces & CLONE_NEWUSER)
		enter_user_namespace();
	if (others && unshare(others) != 0)
		fail("unshare", "--ipc-ns, --uts-ns or --net-ns");
	if (opt.hostname && sethostname(opt.hostname, strlen(opt.hostname)) != 0)
		fail("hostname", opt.hostname);
	if (opt.namespaces & CLONE_NEWNET)
		raise_loopback();
	if ((opt.namespaces & CLONE_NEWPID) && unshare(CLONE_NEWPID) != 0) {
		opt.namespaces &= ~CLONE_NEWPID;
		return errno;
	}
	return 0;
}

static void become_user(void)
{
	/* A user namespace that denies setgroups cannot take groups away, and has nothing to if the ids stay. */
	bool same = (opt.gid < 0 || opt.gid == getegid()) && (opt.uid < 0 || opt.uid == geteuid());

	if (opt.gid >= 0 && setgroups(0, NULL) != 0 && !(errno == EPERM && same))
		fail("groups", "setgroups");
	if (opt.gid >= 0 && setresgid((gid_t)opt.gid, (gid_t)opt.gid, (gid_t)opt.gid) != 0)
		fail("gid", "setresgid");
	if (opt.uid >= 0 && setresuid((uid_t)opt.uid, (uid_t)opt.uid, (uid_t)opt.uid) != 0)
		fail("uid", "setresuid");
}

static _Noreturn void cannot_execute(int error, const char *path)
{
	/* The kernel says ENOENT also for a missing interpreter or dynamic loader of a file that is there. */
	bool interpreter = error == ENOENT && faccessat(AT_FDCWD, path, F_OK, 0) == 0;

	errno = error;
	fail(interpreter ? "interpreter" : "exec", path);
}

/* execvp's search, in the command's own PATH and root; but a file without a format is not given to a shell. */
static _Noreturn void execute(void)
{
	const char *name = opt.command[0], *path = "/bin:/usr/bin";
	char candidate[PATH_MAX], denied[PATH_MAX] = "";

	if (strchr(name, '/')) {
		execve(name, opt.command, opt.environment);
		cannot_execute(errno, name);
	}
	if (!*name)
		cannot_execute(ENOENT, name);
	for (char **entry = opt.environment; *entry; entry++)
		if (strncmp(*entry, "PATH=", 5) == 0) {
			path = *entry + 5;
			break;
		}
	for (;;) {
		size_t length = strcspn(path, ":");
		int size = snprintf(candidate, sizeof candidate, "%.*s%s%s", (int)(length < PATH_MAX ? length : PATH_MAX),
			path, length ? "/" : "", name);
		if (size < (int)sizeof candidate) {
			execve(candidate, opt.command, opt.environment);
			if (errno == EACCES)
				strcpy(denied, candidate);
			else if (errno != ENOENT && errno != ENOTDIR && errno != ESTALE && errno != ENODEV)
				cannot_execute(errno, candidate);
			else if (errno == ENOENT && faccessat(AT_FDCWD, candidate, F_OK, 0) == 0)
				cannot_execute(ENOENT, candidate);
		}
		if (!path[length])
			break;
		path += length + 1;
	}
	errno = *denied ? EACCES : ENOENT;
	fail("exec", *denied ? denied : name);
}

static _Noreturn void run_command(void)
{
	sigset_t none;

	if (opt.session && setsid() < 0)
		fail("session", "setsid");
	for (size_t i = 0; i < opt.limit_count; i++)
		if (setrlimit((__rlimit_resource_t)opt.limits[i].resource, &opt.limits[i].value) != 0)
			fail("rlimit", opt.limits[i].text);
	if (chdir(opt.root) != 0 || chroot(".") != 0)
		fail("chroot", opt.root);
	become_user();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (opt.no_new_privs && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		fail("no-new-privs", "prctl");
	if (chdir(opt.directory) != 0)
		fail("chdir", opt.directory);
	for (int signal_number = 1; signal_number < NSIG; signal_number++)
		signal(signal_number, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execute();
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
	bool whole_namespace = opt.namespaces & CLONE_NEWPID, killed = false;
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

/* Waits for child's end, or for the end of the daemon (life_fd) or of the outer process. */
static int supervise(pid_t child, pid_t signal_target, int life_fd, int outer_pidfd)
{
	sigset_t all;
	struct signalfd_siginfo info;
	int status = 0;

	sigfillset(&all);
	struct pollfd polled[] = {
		{ .fd = signalfd(-1, &all, SFD_CLOEXEC), .events = POLLIN },
		{ .fd = life_fd, .events = POLLIN },
		{ .fd = outer_pidfd, .events = POLLIN },
	};
	while (!reap(child, &status)) {
		if (poll(polled, 3, -1) < 0)
			continue;
		if (polled[1].revents || polled[2].revents) {
			end_all(child, &status);
			break;
		}
		/* What the kernel sent (a terminal's Ctrl-C, a hangup), the command has got by itself. */
		if (polled[0].revents && read(polled[0].fd, &info, sizeof info) == sizeof info
			&& info.ssi_signo != SIGCHLD && info.ssi_code <= 0)
			kill(signal_target, (int)info.ssi_signo);
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
	report("usage %lld %lld %ld %ld %ld %ld %ld %ld %ld",
		used.ru_utime.tv_sec * 1000000LL + used.ru_utime.tv_usec,
		used.ru_stime.tv_sec * 1000000LL + used.ru_stime.tv_usec,
		used.ru_maxrss, used.ru_minflt, used.ru_majflt, used.ru_inblock, used.ru_oublock,
		used.ru_nvcsw, used.ru_nivcsw);
}

/* The command's stdio is the command's: a pipe must end when the command ends it. */
static void leave_command(void)
{
	close_between(0, 2);
	/* Out of the terminal's foreground group: what the terminal sends there reaches the command directly. */
	setpgid(0, 0);
}

static int run_inner(int outer_pidfd)
{
	struct pollfd polled[] = { { opt.life_fd, POLLIN, 0 }, { outer_pidfd, POLLIN, 0 } };
	char go;

	while (poll(polled, 2, -1) < 0)
		;
	if (polled[1].revents || read(opt.life_fd, &go, 1) != 1)
		return EXIT_SETUP;
	pid_t command = fork();
	if (command == 0)
		run_command();
	if (command < 0)
		fail("fork", "command");
	leave_command();
	int status = supervise(command, opt.session ? -command : command, opt.life_fd, outer_pidfd);
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

int main(int argc, char **argv, char **envp)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	opt.environment = envp;
	parse_options(argc, argv);
	close_all_but_ours();
	if (chdir("/") != 0)
		fail("chdir", "/");

	int reason = enter_namespaces();
	if (!(opt.namespaces & CLONE_NEWPID)) {
		prctl(PR_SET_CHILD_SUBREAPER, 1);
		fclose(open_children()); /* rather now than when there is something to kill */
		report("init %d subreaper %d", getpid(), reason);
		return run_inner(-1);
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* after the user namespace, which clears it */
	int outer_pidfd = (int)syscall(SYS_pidfd_open, getpid(), 0);
	int terminal = opt.session ? -1 : open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	pid_t foreground = terminal < 0 || tcgetpgrp(terminal) != getpgrp() ? -1 : getpgrp();
	pid_t inner = fork();
	if (inner < 0)
		fail("fork", "init");
	if (inner == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (terminal >= 0)
			close(terminal);
		return run_inner(outer_pidfd);
	}
	report("init %d pid-namespace 0", inner);
	leave_command();
	int status = supervise(inner, inner, -1, -1);
	if (WIFSIGNALED(status))
		report_end(status); /* killed from outside: it could not tell itself */
	restore_terminal(terminal, foreground);
	return EXIT_SUCCESS;
}
