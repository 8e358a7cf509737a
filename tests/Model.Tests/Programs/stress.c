// Many processes create, write, rename, link, list and remove the same names at once. Every file says who wrote it and has a
// checksum, and gets its shared name when it is complete: whoever finds it may check it. Usage: stress DIRECTORY SECONDS PROCESSES SEED
// Prints "OPERATION ERRNO COUNT" for all that failed ("ok" for the rest), and ends with 1 if something was found that cannot be.
#define _GNU_SOURCE
#include "text.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

enum { Names = 12, Anchors = 300, MaxBody = 96 << 10, MaxProcesses = 64, MaxInputs = 128, Operations = 20, Errors = 134 };
static const char Magic[8] = "VRSTRESS";
static const char *const directories[] = { "crowd", "sort", "nothing", "a/b", "crowd/below" };
static const char *const inputs[] = { "full/first", "full/second", "a/y", "a/b/sibling", "to-page", "script" };
static const char *const log_path = "hundred"; // an input: the first to append makes it a file of its own
enum { Directories = 5, InputNames = 6, LogStart = 100 };

enum operation { Create, Write, Read, Publish, Rename, Exchange, Link, Unlink, Mkdir, Rmdir, Symlink, List, Stat, Append, Tmpfile, Attributes, Xattr, Truncate, Open, Copy };
static const char *const operation_names[Operations] = { "create", "write", "read", "publish", "rename", "exchange", "link", "unlink", "mkdir", "rmdir",
	"symlink", "list", "stat", "append", "tmpfile", "attributes", "xattr", "truncate", "open", "copy" };

struct header {
	char magic[8];
	uint32_t writer, length;
	uint64_t number, checksum;
};

struct record {
	uint32_t writer, number;
	uint64_t checksum;
	char body[48];
};

struct shared {
	unsigned counts[Operations][Errors];
	uint32_t appended[MaxProcesses];
	volatile int failed;
};

static struct shared *shared;
static uint64_t input_hashes[MaxInputs];
static size_t input_count;
static unsigned self;
static uint64_t state, number;
static uint8_t *buffer;

static uint64_t below(uint64_t limit) { return (state = mix(state)) % limit; }

static void wrong(const char *format, ...)
{
	va_list list;
	va_start(list, format);
	fprintf(stderr, "process %u: ", self);
	vfprintf(stderr, format, list);
	fputc('\n', stderr);
	va_end(list);
	shared->failed = 1;
}

// Takes note of a result; true if it is no failure.
static bool count(enum operation operation, long result)
{
	unsigned error = result < 0 ? (unsigned)errno : 0;
	__atomic_add_fetch(&shared->counts[operation][error < Errors ? error : Errors - 1], 1, __ATOMIC_RELAXED);
	return result >= 0;
}

static const char *shared_name(char *to)
{
	if (below(12) == 0)
		return strcpy(to, inputs[below(InputNames)]);
	const char *directory = directories[below(Directories)];
	if (below(4) == 0) // in a directory that comes and goes
		sprintf(to, "%s/s%d/s%d", directory, (int)below(Names), (int)below(3));
	else
		sprintf(to, "%s/s%d", directory, (int)below(Names));
	return to;
}

static size_t make_content(uint64_t which)
{
	struct header h = { .writer = self, .number = which, .length = (uint32_t)(below(3) ? below(6000) : below(MaxBody)) };
	memcpy(h.magic, Magic, sizeof h.magic);
	fill(buffer + sizeof h, mix(which) + self, 0, h.length);
	h.checksum = hash(HASH_START + self + which, buffer + sizeof h, h.length);
	memcpy(buffer, &h, sizeof h);
	return sizeof h + h.length;
}

static void check_content(const char *path, long length)
{
	struct header h;
	memcpy(&h, buffer, sizeof h);
	if ((size_t)length >= sizeof h && !memcmp(h.magic, Magic, sizeof h.magic)) {
		if ((size_t)length != sizeof h + h.length)
			wrong("%s has %ld bytes instead of %zu (by %u)", path, length, sizeof h + h.length, h.writer);
		else if (h.checksum != hash(HASH_START + h.writer + h.number, buffer + sizeof h, h.length))
			wrong("%s: wrong checksum in what %u wrote", path, h.writer);
		return;
	}
	uint64_t found = hash(HASH_START, buffer, (size_t)length);
	for (size_t i = 0; i < input_count; i++)
		if (input_hashes[i] == found)
			return;
	wrong("%s: %ld bytes that nobody wrote", path, length);
}

static long read_all(int fd)
{
	long length = 0, got;
	while ((got = read(fd, buffer + length, (size_t)(6 << 20) - (size_t)length)) > 0)
		length += got;
	return got < 0 ? got : length;
}

static void read_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK);
	if (!count(Open, fd))
		return;
	struct stat s;
	if (fstat(fd, &s))
		wrong("fstat of %s: %s", path, strerrorname_np(errno));
	if (S_ISREG(s.st_mode)) {
		long length = read_all(fd);
		if (count(Read, length))
			check_content(path, length);
	}
	close(fd);
}

static bool write_file(int fd, const char *path)
{
	size_t length = make_content(++number);
	size_t half = length / (1 + below(3));
	if (!count(Write, write(fd, buffer, half)) || (length > half && !count(Write, pwrite(fd, buffer + half, length - half, (off_t)half)))) {
		wrong("write to %s: %s", path, strerrorname_np(errno));
		return false;
	}
	return true;
}

static void publish(void)
{
	char private[256], to[256];
	sprintf(private, "%s/p%u-%u", directories[below(Directories - 1)], self, (unsigned)below(1000));
	int fd = open(private, O_RDWR | O_CREAT | O_EXCL, 0644);
	if (!count(Create, fd))
		return;
	bool whole = write_file(fd, private);
	if (below(8) == 0)
		fsync(fd);
	shared_name(to);
	bool linked = whole && (below(2) ? count(Publish, rename(private, to)) : (count(Link, link(private, to)), false));
	if (!linked && !count(Unlink, unlink(private)))
		wrong("unlink of %s, which is nobody else's: %s", private, strerrorname_np(errno));
	// What was written can be read from the descriptor, whatever became of its names.
	lseek(fd, 0, SEEK_SET);
	long length = read_all(fd);
	if (count(Read, length) && whole)
		check_content(to, length);
	close(fd);
}

static void temporary(void)
{
	char to[256], from[64];
	int fd = open(directories[below(Directories - 1)], O_TMPFILE | O_RDWR, 0644);
	if (!count(Tmpfile, fd))
		return;
	if (write_file(fd, "a file without a name")) {
		sprintf(from, "/proc/self/fd/%d", fd);
		count(Link, linkat(AT_FDCWD, from, AT_FDCWD, shared_name(to), AT_SYMLINK_FOLLOW));
	}
	close(fd);
}

static void append(void)
{
	struct record r = { .writer = self, .number = shared->appended[self] };
	fill((uint8_t *)r.body, self, r.number, sizeof r.body);
	r.checksum = hash(self, r.body, sizeof r.body) + r.number;
	int fd = open(log_path, O_WRONLY | O_APPEND);
	if (!count(Append, fd))
		return;
	if (count(Append, write(fd, &r, sizeof r)))
		shared->appended[self]++;
	close(fd);
}

// A file of this process's own, which is cut, grown and written in place.
static void truncate_own(void)
{
	char own[64];
	sprintf(own, "full/own%u", self);
	int fd = open(own, O_RDWR | O_CREAT, 0600);
	if (!count(Truncate, fd))
		return;
	off_t cut = (off_t)below(20000), end = (off_t)below(40000);
	uint8_t byte = 0xff;
	if (!count(Truncate, ftruncate(fd, 0)) || !count(Truncate, pwrite(fd, "x", 1, cut)) || !count(Truncate, ftruncate(fd, end)) || !count(Truncate, ftruncate(fd, end + 5)))
		wrong("changing %s: %s", own, strerrorname_np(errno));
	struct stat s;
	if (fstat(fd, &s) || s.st_size != end + 5)
		wrong("%s has %ld bytes instead of %ld", own, (long)s.st_size, (long)end + 5);
	if (pread(fd, &byte, 1, cut) != (cut < end + 5) || (cut < end + 5 && byte != (cut < end ? 'x' : 0)))
		wrong("%s: byte %ld of %ld is %02x", own, (long)cut, (long)end, byte);
	close(fd);
}

static bool is_anchor(const char *directory, const char *name)
{
	if (!strcmp(directory, "sort"))
		return name[0] != 's' && name[0] != 'p';
	return !strncmp(name, "anchor", 6);
}

static unsigned anchors_of(const char *directory) { return !strcmp(directory, "sort") ? 9 : !strcmp(directory, "crowd") || !strcmp(directory, "nothing") ? Anchors : 0; }

// What is there all the time is listed once, whatever happens around it.
static void list(void)
{
	const char *path = directories[below(Directories)];
	unsigned anchors = 0;
	DIR *directory = opendir(path);
	if (!count(List, directory ? 0 : -1))
		return;
	struct stat s;
	errno = 0;
	for (struct dirent *entry; (entry = readdir(directory)); errno = 0) {
		if (entry->d_name[0] == '.')
			continue;
		if (is_anchor(path, entry->d_name)) {
			anchors++;
			if (below(16) == 0 && fstatat(dirfd(directory), entry->d_name, &s, AT_SYMLINK_NOFOLLOW))
				wrong("%s/%s is listed, but cannot be found: %s", path, entry->d_name, strerrorname_np(errno));
		} else {
			count(Stat, fstatat(dirfd(directory), entry->d_name, &s, AT_SYMLINK_NOFOLLOW));
		}
	}
	if (errno)
		wrong("readdir of %s: %s", path, strerrorname_np(errno));
	if (anchors != anchors_of(path))
		wrong("%s lists %u of %u entries that are there all the time", path, anchors, anchors_of(path));
	closedir(directory);
}

static void copy(const char *from)
{
	char private[64];
	sprintf(private, "full/copy%u", self);
	int in = open(from, O_RDONLY | O_NONBLOCK);
	if (!count(Open, in))
		return;
	struct stat s;
	if (fstat(in, &s) || !S_ISREG(s.st_mode)) {
		close(in);
		return;
	}
	int out = open(private, O_RDWR | O_CREAT | O_TRUNC, 0644);
	if (count(Copy, out)) {
		ssize_t got;
		while ((got = copy_file_range(in, NULL, out, NULL, 8 << 20, 0)) > 0)
			;
		if (count(Copy, got)) {
			lseek(out, 0, SEEK_SET);
			check_content(private, read_all(out));
		}
		close(out);
	}
	close(in);
}

static void operate(void)
{
	char from[256], to[256];
	struct stat s;
	shared_name(from);
	switch (below(24)) {
	case 0: case 1: case 2: case 3: publish(); break;
	case 4: case 5: case 6: read_file(from); break;
	case 7: case 8: count(Rename, renameat2(AT_FDCWD, from, AT_FDCWD, shared_name(to), below(4) ? 0 : RENAME_NOREPLACE)); break;
	case 9: count(Exchange, renameat2(AT_FDCWD, from, AT_FDCWD, shared_name(to), RENAME_EXCHANGE)); break;
	case 10: count(Link, link(from, shared_name(to))); break;
	case 11: case 12: count(Unlink, unlink(from)); break;
	case 13: case 14: count(Mkdir, mkdir(from, 0755)); break;
	case 15: count(Rmdir, rmdir(from)); break;
	case 16: count(Symlink, symlink("s1", from)); break;
	case 17: list(); break;
	case 18: count(Stat, stat(from, &s)); break;
	case 19: append(); break;
	case 20: temporary(); break;
	case 21: count(Attributes, below(2) ? chmod(from, 0755) : utimensat(AT_FDCWD, from, NULL, 0)); break;
	case 22: below(2) ? count(Xattr, lsetxattr(from, "user.stress", "value", 5, 0)) : copy(from); break;
	default: truncate_own(); break;
	}
}

static bool all_kinds_succeeded(void)
{
	for (int o = 0; o < Operations; o++)
		if (!shared->counts[o][0])
			return false;
	return true;
}

#include "stress-end.h"

int main(int argc, char **argv)
{
	if (argc != 5 || chdir(argv[1])) {
		perror("stress: usage: stress DIRECTORY SECONDS PROCESSES SEED");
		return 2;
	}
	unsigned processes = (unsigned)atoi(argv[3]);
	shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	buffer = malloc(6 << 20);
	prepare();
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	time_t end = now.tv_sec + atol(argv[2]);
	for (self = 0; self < processes; self++) {
		if (fork())
			continue;
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		state = mix(strtoul(argv[4], NULL, 10) * 1000 + self);
		do {
			for (int i = 0; i < 20 && !shared->failed; i++)
				operate();
			clock_gettime(CLOCK_MONOTONIC, &now);
		} while (!shared->failed && now.tv_sec < end + (all_kinds_succeeded() ? 0 : 60)); // a busy machine gets little done in its seconds
		_exit(shared->failed);
	}
	int status;
	while (wait(&status) > 0)
		if (status)
			shared->failed = 1;
	finish(processes);
	for (int o = 0; o < Operations; o++)
		for (int e = 0; e < Errors; e++)
			if (shared->counts[o][e])
				printf("%s %s %u\n", operation_names[o], e ? strerrorname_np(e) : "ok", shared->counts[o][e]);
	return shared->failed ? 1 : 0;
}
