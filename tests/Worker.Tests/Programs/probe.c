/* What the tests run as a command: a static program that misbehaves on request. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void say(const char *text)
{
	if (write(1, text, strlen(text)) < 0)
		exit(99);
}

static void wait_for_ever(void)
{
	for (;;)
		pause();
}

int main(int argc, char **argv, char **envp)
{
	const char *what = argc > 1 ? argv[1] : "";
	int count = argc > 2 ? atoi(argv[2]) : 0;

	if (strcmp(what, "exit") == 0)
		return count;
	if (strcmp(what, "signal") == 0) {
		kill(getpid(), count);
		return 98; /* the signal was ignored, blocked or handled */
	}
	if (strcmp(what, "abort") == 0)
		abort();
	if (strcmp(what, "env") == 0) {
		for (; *envp; envp++)
			if (write(1, *envp, strlen(*envp) + 1) < 0)
				return 97;
		return 0;
	}
	if (strcmp(what, "args") == 0) {
		for (; *argv; argv++)
			if (write(1, *argv, strlen(*argv) + 1) < 0)
				return 97;
		return 0;
	}
	if (strcmp(what, "daemon") == 0) {
		/* Two forks, a session of its own, deaf to all that can be ignored, and no parent that waits. */
		if (fork() == 0) {
			setsid();
			if (fork() == 0) {
				for (int s = 1; s < NSIG; s++)
					signal(s, SIG_IGN);
				prctl(PR_SET_PDEATHSIG, 0);
				close(1);
				wait_for_ever();
			}
			_exit(0);
		}
		wait(NULL);
		return 5;
	}
	if (strcmp(what, "stopped") == 0) {
		pid_t child = fork();
		if (child == 0) {
			raise(SIGSTOP);
			wait_for_ever();
		}
		waitpid(child, NULL, WUNTRACED);
		return 6;
	}
	if (strcmp(what, "orphans") == 0) {
		for (int i = 0; i < count; i++) {
			if (fork() == 0)
				_exit(fork() == 0 ? 0 : 0);
			wait(NULL);
		}
		say("made");
		wait_for_ever();
	}
	if (strcmp(what, "wait") == 0) {
		say("ready");
		wait_for_ever();
	}
	if (strcmp(what, "spew") == 0) {
		char block[4096];
		memset(block, 'x', sizeof block);
		for (int i = 0; i < count; i++)
			if (write(1, block, sizeof block) != sizeof block)
				return 97;
		return 0;
	}
	if (strcmp(what, "burn") == 0) {
		char *memory = malloc(64 << 20);
		memset(memory, count, 64 << 20);
		for (volatile long i = 0; i < 100000000; i++)
			;
		return memory[5] == count ? 0 : 96;
	}
	if (strcmp(what, "inherited") == 0) {
		/* Descriptors, ignored signals and blocked signals that a fresh process should not have. */
		char line[64];
		sigset_t mask;
		struct sigaction action;
		for (int fd = 3; fd < 4096; fd++)
			if (fcntl(fd, F_GETFD) >= 0) {
				snprintf(line, sizeof line, "fd %d;", fd);
				say(line);
			}
		sigprocmask(SIG_BLOCK, NULL, &mask);
		for (int s = 1; s < NSIG; s++)
			if ((sigaction(s, NULL, &action) == 0 && action.sa_handler != SIG_DFL) || sigismember(&mask, s) == 1) {
				snprintf(line, sizeof line, "signal %d;", s);
				say(line);
			}
		return 0;
	}
	return 95;
}
