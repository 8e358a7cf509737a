/*
 * The command's own process, from its fork to its exec: the only one of ours that resolves the root, and the only one in the
 * action's cgroup, so that vroot-init can tell of a command that was killed for want of memory.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>
#include "special.h"

/* All that the command starts is in it, too. Clone3 with CLONE_INTO_CGROUP would be one call less, and no limit more. */
static void join_cgroup(void)
{
	char path[PATH_MAX];

	snprintf(path, sizeof path, "%s/cgroup.procs", order.cgroup);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "0", 1) != 1)
		fail("cgroup", path);
	close(fd);
}

/* By its path, since the daemon must not open what lies on its own mount. At its end, as others may write there by path. */
static void write_to(const char *path, int number)
{
	if (!*path)
		return;
	int fd = open(path, O_WRONLY | O_APPEND | O_NOCTTY | O_CLOEXEC);
	if (fd < 0 || dup2(fd, number) != number)
		fail("stdio", path);
	close(fd);
}

static void become_user(void)
{
	/* A user namespace that denies setgroups cannot take groups away, and has nothing to if the ids stay. */
	bool same = (order.gid < 0 || order.gid == getegid()) && (order.uid < 0 || order.uid == geteuid());

	if (order.gid >= 0 && setgroups(0, NULL) != 0 && !(errno == EPERM && same))
		fail("groups", "setgroups");
	if (order.gid >= 0 && setresgid((gid_t)order.gid, (gid_t)order.gid, (gid_t)order.gid) != 0)
		fail("gid", "setresgid");
	if (order.uid >= 0 && setresuid((uid_t)order.uid, (uid_t)order.uid, (uid_t)order.uid) != 0)
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
	const char *name = order.command[0], *path;
	char candidate[PATH_MAX], denied[PATH_MAX] = "";

	environ = order.environment;
	if (strchr(name, '/')) {
		execv(name, order.command);
		cannot_execute(errno, name);
	}
	if (!*name)
		cannot_execute(ENOENT, name);
	for (path = getenv("PATH") ?: "/bin:/usr/bin";;) {
		size_t length = strcspn(path, ":");
		int size = snprintf(candidate, sizeof candidate, "%.*s%s%s", (int)(length < PATH_MAX ? length : PATH_MAX),
			path, length ? "/" : "", name);
		if (size < (int)sizeof candidate) {
			execv(candidate, order.command);
			if (errno == EACCES)
				strcpy(denied, candidate);
			else if (errno == ENOENT ? faccessat(AT_FDCWD, candidate, F_OK, 0) == 0
				: errno != ENOTDIR && errno != ESTALE && errno != ENODEV)
				cannot_execute(errno, candidate);
		}
		if (!path[length])
			break;
		path += length + 1;
	}
	errno = *denied ? EACCES : ENOENT;
	fail("exec", *denied ? denied : name);
}

_Noreturn void run_command(void)
{
	sigset_t none;

	if (order.session && setsid() < 0)
		fail("session", "setsid");
	if (*order.cgroup)
		join_cgroup();
	write_to(order.output, STDOUT_FILENO);
	write_to(order.error, STDERR_FILENO);
	for (char **limit = order.limits; *limit; limit += 4) {
		struct rlimit value = { strtoull(limit[2], NULL, 10), strtoull(limit[3], NULL, 10) };
		if (prlimit(0, atoi(limit[1]), &value, NULL) != 0)
			fail("rlimit", limit[0]);
	}
	enter_root();
	become_user();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (order.no_new_privileges && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		fail("no-new-privileges", "prctl");
	if (chdir(order.directory) != 0)
		fail("chdir", order.directory);
	for (int signal_number = 1; signal_number < NSIG; signal_number++)
		signal(signal_number, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execute();
}
