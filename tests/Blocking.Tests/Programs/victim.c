// Freezes itself inside a FUSE operation, as its first argument says.
// victim STATE GATED ROOT: GATED is a file on a file system that holds back WRITE or FLUSH; ROOT is where it changes its
// root directory to, a mount of vroot's, whose CAS may be silent.
// Says "begun" when nothing is left to do but what freezes; ends with 0 once it was let go.
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SIZE = 64 * 1024 };

static const char *gated, *root;

static void begin(void)
{
	if (write(1, "begun\n", 6) != 6)
		err(1, "stdout");
}

static void enter(void)
{
	if (chroot(root) != 0 || chdir("/") != 0)
		err(1, "%s", root);
}

static int open_gated(int flags)
{
	int fd = open(gated, O_RDWR | flags);
	if (fd < 0)
		err(1, "%s", gated);
	return fd;
}

static char *map_dirty(void)
{
	int fd = open_gated(0);
	char *map = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		err(1, "mmap");
	close(fd);
	memset(map, 'd', SIZE);
	return map;
}

static int become_true(void)
{
	begin();
	execl("/bin/busybox", "busybox", "true", NULL);
	err(1, "execve");
}

static int exec_flush(void)
{
	open_gated(O_CLOEXEC);
	enter();
	return become_true();
}

static int exec_writeback(void)
{
	map_dirty();
	enter();
	return become_true();
}

static void *map_again_and_again(void *unused)
{
	for (;;) {
		void *map = mmap(NULL, SIZE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (map != MAP_FAILED)
			munmap(map, SIZE);
	}
	return unused;
}

static int unmap(void)
{
	char *map = map_dirty();
	pthread_t other;
	enter();
	if (pthread_create(&other, NULL, map_again_and_again, NULL) != 0)
		errx(1, "pthread_create");
	begin();
	munmap(map, SIZE);
	return 0;
}

static int exit_flush(void)
{
	open_gated(0);
	enter();
	begin();
	return 0;
}

// The rest waits for the CAS.
static int open_input(const char *path)
{
	enter();
	int fd = open(path, O_RDONLY);
	if (fd < 0)
		err(1, "%s", path);
	begin();
	return fd;
}

static int fault(void)
{
	volatile char *map = mmap(NULL, SIZE, PROT_READ, MAP_SHARED, open_input("/frozen/fault"), 0);
	return map[0] != 'x';
}

static int populate(void)
{
	char *map = mmap(NULL, SIZE, PROT_READ, MAP_PRIVATE | MAP_POPULATE, open_input("/frozen/populate"), 0);
	return map[0] != 'x';
}

static int read_input(void)
{
	char byte;
	return read(open_input("/frozen/read"), &byte, 1) != 1 || byte != 'x';
}

static int look_up(void)
{
	struct stat attributes;
	char directory[4096];
	snprintf(directory, sizeof directory, "%s", gated);
	*strrchr(directory, '/') = 0;
	int fd = open(directory, O_PATH | O_DIRECTORY);
	if (fd < 0)
		err(1, "%s", directory);
	enter();
	begin();
	return fstatat(fd, "name", &attributes, 0) != 0;
}

static int exec_read(void)
{
	enter();
	begin();
	execl("/frozen/program", "program", NULL);
	err(1, "execve");
}

int main(int argc, char **argv)
{
	if (strcmp(argv[0], "program") == 0)
		return 0;
	static const struct {
		const char *name;
		int (*act)(void);
	} states[] = {
		{"exec-flush", exec_flush}, {"exec-writeback", exec_writeback}, {"munmap", unmap}, {"exit-flush", exit_flush},
		{"fault", fault}, {"populate", populate}, {"read", read_input}, {"lookup", look_up}, {"exec-read", exec_read},
	};
	if (argc != 4)
		errx(2, "usage: victim STATE GATED ROOT");
	gated = argv[2];
	root = argv[3];
	for (unsigned i = 0; i < sizeof states / sizeof *states; i++)
		if (strcmp(argv[1], states[i].name) == 0)
			return states[i].act();
	errx(2, "unknown state %s", argv[1]);
}
