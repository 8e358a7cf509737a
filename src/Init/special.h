/* What vroot-init.c, command.c and special.c share. */
#include <stdbool.h>

enum { STATUS_FD = 3, LIFE_FD = 4, ORDER_FD = 5, EXIT_SETUP = 125 };

/* The order's SPECIAL: a sum. */
enum {
	KERNEL_PROC = 1, /* a real procfs on the root's /proc, in a mount namespace of the action's own */
	CONFINED_PROC = 2, /* without what root outside could read or change of the machine by it */
	REQUIRED_PROC = 4, /* rather than run without it, fail */
	ANSWER_PROC = 8, ANSWER_SYS = 16, ANSWER_DEV = 32, /* statfs below tells the file system that belongs there */
	ANSWER = ANSWER_PROC | ANSWER_SYS | ANSWER_DEV,
	REQUIRED_ANSWERS = 64,
};

extern struct order {
	char *root, *directory, *hostname, *output, *error, *cgroup;
	char **limits, **command, **environment;
	int namespaces, session, no_new_privileges, special;
	long long uid, gid; /* -1: unchanged */
} order;

void report(const char *format, ...);
_Noreturn void fail(const char *step, const char *what);
_Noreturn void run_command(void);

int listen_for_calls(void);
int start_answerer(int listener);
void end_answerer(int pidfd);
void mount_proc(void);
void require_proc(void);
void enter_root(void);
