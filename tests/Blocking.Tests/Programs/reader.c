// Reads everything that /proc tells of a process, each entry in a process of its own, all at once.
// reader ROOT SECONDS PID [COUNT ENTRY]: changes its root directory to ROOT. For each entry one line, "ENTRY RESULT":
// ok, the errno's name, or "blocked" if it has not ended after SECONDS. With COUNT, so many processes read the one ENTRY; if
// it is negative, each gets a signal after a second.
#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 1024, RUNNING = -1 };

static struct {
	char name[128];
	pid_t pid;
	int error;
} work[MOST];

static int count;
static char base[64];
static int signalled;

static int list(const char *path)
{
	DIR *directory = opendir(path);
	if (directory == NULL)
		return errno;
	errno = 0;
	while (readdir(directory) != NULL)
		;
	int error = errno;
	closedir(directory);
	return error;
}

static int read_all(const char *path)
{
	char buffer[4096];
	ssize_t length;
	int fd = open(path, O_RDONLY | O_NONBLOCK);
	if (fd < 0)
		return errno;
	while ((length = read(fd, buffer, sizeof buffer)) > 0)
		;
	return length < 0 ? errno : 0;
}

static int look(const char *path)
{
	char target[PATH_MAX];
	struct stat attributes;
	if (lstat(path, &attributes) != 0)
		return errno;
	if (S_ISLNK(attributes.st_mode))
		return readlink(path, target, sizeof target) < 0 ? errno : 0;
	return S_ISDIR(attributes.st_mode) ? list(path) : read_all(path);
}

static void do_nothing(int signal)
{
	(void)signal;
}

static void start(const char *path, const char *name)
{
	if (count == MOST)
		errx(1, "more than %d entries", MOST);
	snprintf(work[count].name, sizeof work->name, "%s", name);
	work[count].error = RUNNING;
	work[count].pid = fork();
	if (work[count].pid < 0)
		err(1, "fork");
	if (work[count].pid == 0) {
		// What is stuck must not hold up who waits for the end of the output.
		close_range(0, ~0u, 0);
		if (signalled) {
			struct sigaction action = {.sa_handler = do_nothing};
			sigaction(SIGALRM, &action, NULL);
			alarm(1);
		}
		_exit(look(path));
	}
	count++;
}

static void start_all(const char *below)
{
	// These are too many on a kernel of many devices and no process's own.
	static const char *const skipped[] = {".", "..", "attr", "net", "map_files", "mem", "pagemap", "clear_refs", "kpageflags"};
	char path[PATH_MAX];
	snprintf(path, sizeof path, "%s/%s", base, below);
	DIR *directory = opendir(path);
	if (directory == NULL)
		err(1, "%s", path);
	struct dirent *entry;
	while ((entry = readdir(directory)) != NULL) {
		char name[600];
		unsigned i = 0;
		while (i < sizeof skipped / sizeof *skipped && strcmp(entry->d_name, skipped[i]) != 0)
			i++;
		if (i < sizeof skipped / sizeof *skipped)
			continue;
		snprintf(name, sizeof name, "%s%s%s", below, *below ? "/" : "", entry->d_name);
		snprintf(path, sizeof path, "%s/%s", base, name);
		start(path, name);
	}
	closedir(directory);
}

static int collect(void)
{
	int running = 0;
	for (int i = 0; i < count; i++) {
		int status;
		if (work[i].error != RUNNING)
			continue;
		if (waitpid(work[i].pid, &status, WNOHANG) == 0)
			running++;
		else
			work[i].error = WIFEXITED(status) ? WEXITSTATUS(status) : EFAULT;
	}
	return running;
}

int main(int argc, char **argv)
{
	if (argc != 4 && argc != 6)
		errx(2, "usage: reader ROOT SECONDS PID [COUNT ENTRY]");
	if (chroot(argv[1]) != 0 || chdir("/") != 0)
		err(1, "%s", argv[1]);
	snprintf(base, sizeof base, "/proc/%s", argv[3]);
	if (argc == 6) {
		char path[PATH_MAX];
		snprintf(path, sizeof path, "%s/%s", base, argv[5]);
		signalled = atoi(argv[4]) < 0;
		for (int i = abs(atoi(argv[4])); i > 0; i--)
			start(path, argv[5]);
	} else {
		char task[64];
		start("/proc", "/proc");
		start_all("");
		start_all("fd");
		start_all("fdinfo");
		snprintf(task, sizeof task, "task/%s", argv[3]);
		start_all(task);
	}
	printf("started %d\n", count);
	fflush(stdout);
	for (int tenths = atoi(argv[2]) * 10; tenths > 0 && collect() > 0; tenths--)
		usleep(100 * 1000);
	for (int i = 0; i < count; i++) {
		const char *error = work[i].error == RUNNING ? "blocked" : work[i].error == 0 ? "ok" : strerrorname_np(work[i].error);
		printf("%s %s\n", work[i].name, error);
		if (work[i].error == RUNNING)
			kill(work[i].pid, SIGKILL);
	}
	return 0;
}
