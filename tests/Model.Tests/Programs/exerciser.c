// Several processes change one file at once and compare every byte with a model in shared memory.
// Usage: exerciser FILE CONTENT SEED OPERATIONS PROCESSES apart|turns [direct]
//   FILE      the file, which holds what CONTENT, a file elsewhere, holds (nothing of it is written before the first operation)
//   apart     each process has ranges of its own, which it reads, writes and punches without asking anybody; the size stays
//   turns     each process takes a lock for an operation on any part of it, also truncating and growing it
// One more process copies the file again and again, and in turns compares the copy. Ends with 0 if every byte was right.
#define _GNU_SOURCE
#include "text.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <signal.h>

enum { MaxSize = 4 << 20, Block = (48 << 10) + 123, MaxLength = 160 << 10 };

struct shared {
	sem_t turn;
	off_t size;
	volatile int done;
	unsigned copies;
	unsigned operations;
	uint8_t model[MaxSize];
};

static struct shared *shared;
static const char *path;
static bool turns, direct;
static int self, processes;
static uint64_t state;
static uint8_t *buffer;
static char last[8][160];
static unsigned last_at;

static uint64_t below(uint64_t limit) { return limit ? (state = mix(state)) % limit : 0; }

static void note(const char *format, ...)
{
	va_list list;
	va_start(list, format);
	vsnprintf(last[last_at++ % 8], sizeof last[0], format, list);
	va_end(list);
}

static void fail(const char *format, ...)
{
	va_list list;
	char text[400];
	va_start(list, format);
	vsnprintf(text, sizeof text, format, list);
	va_end(list);
	fprintf(stderr, "process %d: %s (errno %s); its last operations:\n", self, text, strerrorname_np(errno));
	for (unsigned i = last_at > 8 ? last_at - 8 : 0; i < last_at; i++)
		fprintf(stderr, "  %s\n", last[i % 8]);
	shared->done = 1;
	_exit(1);
}

static void compare(const uint8_t *found, off_t offset, size_t length, const char *how)
{
	const uint8_t *wanted = shared->model + offset;
	if (!memcmp(found, wanted, length))
		return;
	size_t first = 0, end = length;
	while (found[first] == wanted[first])
		first++;
	while (found[end - 1] == wanted[end - 1])
		end--;
	fail("%s at %ld of %zu bytes: wrong from %ld to %ld (size %ld): %02x %02x %02x… instead of %02x %02x %02x…", how, (long)offset, length, (long)(offset + first),
		(long)(offset + end), (long)shared->size, found[first], found[first + 1], found[first + 2], wanted[first], wanted[first + 1], wanted[first + 2]);
}

static void expect(long result, long wanted, const char *what)
{
	if (result != wanted)
		fail("%s gave %ld instead of %ld", what, result, wanted);
}

// A range of this process's own, or any; of files that may grow, also behind the end.
static off_t choose(size_t *length, bool grow)
{
	*length = 1 + below(below(4) ? 9000 : MaxLength);
	if (!turns) {
		off_t blocks = shared->size / Block / processes;
		off_t start = (off_t)(below((uint64_t)blocks) * processes + self) * Block;
		off_t in = (off_t)below(Block);
		if (*length > (size_t)(Block - in))
			*length = (size_t)(Block - in);
		return start + in;
	}
	off_t limit = grow ? MaxSize : shared->size;
	off_t offset = (off_t)below((uint64_t)limit);
	if (grow && below(3)) // rather near the end than far behind it
		offset = (off_t)below((uint64_t)shared->size + 70000);
	if (below(3) == 0)
		offset &= ~4095L;
	if (offset >= limit)
		offset = limit ? limit - 1 : 0;
	if (*length > (size_t)(limit - offset))
		*length = (size_t)(limit - offset);
	return offset;
}

static void grown(off_t end)
{
	if (turns && end > shared->size)
		shared->size = end;
}

static void write_some(int fd)
{
	size_t length;
	off_t offset = choose(&length, turns);
	note("pwrite %ld %zu", (long)offset, length);
	fill(buffer, below(1u << 30), (uint64_t)offset, length);
	expect(pwrite(fd, buffer, length, offset), (long)length, "pwrite");
	memcpy(shared->model + offset, buffer, length);
	grown(offset + (off_t)length);
}

static void read_some(int fd)
{
	size_t length;
	off_t offset = choose(&length, false);
	note("pread %ld %zu", (long)offset, length);
	expect(pread(fd, buffer, length, offset), (long)length, "pread");
	compare(buffer, offset, length, "pread");
}

static void map_some(int fd, bool write)
{
	size_t length;
	off_t offset = choose(&length, false);
	if (!length)
		return;
	off_t start = offset & ~4095L;
	size_t skip = (size_t)(offset - start);
	note("%s %ld %zu", write ? "map and write" : "map and read", (long)offset, length);
	uint8_t *at = mmap(NULL, length + skip, write ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd, start);
	if (at == MAP_FAILED)
		fail("mmap");
	compare(at + skip, offset, length, "mmap");
	if (write) {
		fill(at + skip, below(1u << 30), (uint64_t)offset, length);
		memcpy(shared->model + offset, at + skip, length);
		if (below(3) == 0)
			expect(msync(at, length + skip, MS_SYNC), 0, "msync");
	}
	munmap(at, length + skip);
}

static void punch(int fd)
{
	size_t length;
	static const int modes[] = { FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE, FALLOC_FL_ZERO_RANGE, FALLOC_FL_KEEP_SIZE, 0 };
	int mode = modes[below(5)];
	bool zeros = mode & (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE), keeps = mode & FALLOC_FL_KEEP_SIZE;
	off_t offset = choose(&length, turns && !keeps);
	if (!length)
		return;
	note("fallocate %d %ld %zu", mode, (long)offset, length);
	expect(fallocate(fd, mode, offset, (off_t)length), 0, "fallocate");
	if (zeros)
		memset(shared->model + offset, 0, length);
	if (!keeps)
		grown(offset + (off_t)length);
}

static void cut(int fd)
{
	off_t size = (off_t)below(below(3) ? (uint64_t)shared->size + 100000 : MaxSize);
	if (size > MaxSize)
		size = MaxSize;
	note("truncate %ld (was %ld)", (long)size, (long)shared->size);
	expect(below(2) ? ftruncate(fd, size) : truncate(path, size), 0, "truncate");
	if (size < shared->size)
		memset(shared->model + size, 0, (size_t)(shared->size - size));
	shared->size = size;
}

static void append(void)
{
	size_t length = 1 + below(20000);
	if (shared->size + (off_t)length > MaxSize)
		return;
	note("append %zu at %ld", length, (long)shared->size);
	int fd = open(path, O_WRONLY | O_APPEND);
	fill(buffer, below(1u << 30), (uint64_t)shared->size, length);
	expect(write(fd, buffer, length), (long)length, "append");
	memcpy(shared->model + shared->size, buffer, length);
	shared->size += (off_t)length;
	close(fd);
}

static void copy_within(int fd)
{
	size_t length, same;
	off_t from = choose(&length, false), to = choose(&same, turns);
	if (same < length)
		length = same;
	if (!length || (from < to + (off_t)length && to < from + (off_t)length))
		return; // overlapping ranges are EINVAL
	note("copy_file_range %ld to %ld %zu", (long)from, (long)to, length);
	off_t in = from, out = to;
	for (size_t done = 0; done < length;) {
		ssize_t count = copy_file_range(fd, &in, fd, &out, length - done, 0);
		if (count <= 0)
			fail("copy_file_range gave %zd after %zu", count, done);
		done += (size_t)count;
	}
	memmove(shared->model + to, shared->model + from, length);
	grown(to + (off_t)length);
}

static void look(int fd)
{
	struct stat s;
	note("fstat");
	expect(fstat(fd, &s), 0, "fstat");
	expect(s.st_size, shared->size, "st_size");
	expect(lseek(fd, 0, SEEK_END), shared->size, "SEEK_END");
	expect(pread(fd, buffer, 100, shared->size), 0, "pread at the end");
	off_t at = (off_t)below((uint64_t)shared->size), hole = lseek(fd, at, SEEK_HOLE), data = lseek(fd, at, SEEK_DATA);
	if (shared->size == 0)
		return;
	if (hole < at || hole > shared->size)
		fail("SEEK_HOLE from %ld gave %ld", (long)at, (long)hole);
	if (turns)
		for (off_t end = data < 0 ? shared->size : data; at < end; at++)
			if (shared->model[at])
				fail("SEEK_DATA skips %ld, found %ld", (long)at, (long)data);
}

static void operate(int *fd)
{
	switch (below(turns ? 22 : 13)) {
	case 0: case 1: case 2: write_some(*fd); break;
	case 3: case 4: read_some(*fd); break;
	case 5: map_some(*fd, false); break;
	case 6: case 7: case 8: map_some(*fd, true); break;
	case 9: case 10: punch(*fd); break;
	case 11:
		note("fsync");
		expect(below(2) ? fsync(*fd) : fdatasync(*fd), 0, "fsync");
		break;
	case 12:
		note("open again");
		close(*fd);
		*fd = open(path, O_RDWR);
		if (*fd < 0)
			fail("open");
		break;
	case 13: case 14: case 15: cut(*fd); break;
	case 16: append(); break;
	case 17: case 18: copy_within(*fd); break;
	case 19: case 20: look(*fd); break;
	default: write_some(*fd); break;
	}
}

static void verify(void)
{
	int fd = open(path, O_RDONLY);
	struct stat s;
	expect(fstat(fd, &s), 0, "fstat");
	expect(s.st_size, shared->size, "st_size");
	uint8_t *all = malloc(MaxSize);
	expect(pread(fd, all, MaxSize, 0), shared->size, "reading all");
	note("reading all");
	compare(all, 0, (size_t)shared->size, "reading all");
	free(all);
	close(fd);
}

// Copies all of it, by reads or in the kernel.
static void copy_file(const char *to)
{
	int in = open(path, O_RDONLY), out = open(to, O_RDWR | O_CREAT | O_TRUNC, 0644);
	if (in < 0 || out < 0)
		fail("open for copying");
	bool in_kernel = below(2);
	note("copying by %s", in_kernel ? "copy_file_range" : "read and write");
	ssize_t count;
	while ((count = in_kernel ? copy_file_range(in, NULL, out, NULL, MaxSize, 0) : read(in, buffer, MaxLength)) > 0)
		if (!in_kernel)
			expect(write(out, buffer, (size_t)count), count, "write of the copy");
	if (count < 0)
		fail("copying");
	if (turns) {
		struct stat s;
		fstat(out, &s);
		expect(s.st_size, shared->size, "size of the copy");
		uint8_t *all = malloc(MaxSize);
		expect(pread(out, all, MaxSize, 0), shared->size, "reading the copy");
		compare(all, 0, (size_t)shared->size, "the copy");
		free(all);
	}
	close(in);
	close(out);
	shared->copies++;
}

static void copier(void)
{
	char to[4096];
	snprintf(to, sizeof to, "%s.copy", path);
	do {
		if (turns)
			sem_wait(&shared->turn);
		copy_file(to);
		if (below(3) == 0 && unlink(to))
			fail("unlink of the copy");
		if (turns) {
			sem_post(&shared->turn);
			usleep(2000 + below(20000));
		}
	} while (!shared->done);
	unlink(to);
}

static void worker(long operations)
{
	int fd = open(path, O_RDWR | (direct && self == 0 ? O_SYNC : 0));
	if (fd < 0)
		fail("open");
	for (long i = 0; i < operations && !shared->done; i++) {
		if (turns)
			sem_wait(&shared->turn);
		operate(&fd);
		shared->operations++;
		if (turns && i % 500 == 499)
			verify();
		if (turns)
			sem_post(&shared->turn);
	}
	close(fd);
}

static pid_t start(int number, uint64_t seed, long operations)
{
	pid_t pid = fork();
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	self = number;
	state = mix(seed + (uint64_t)number * 1000003);
	buffer = malloc(MaxLength + 4096);
	if (operations)
		worker(operations);
	else
		copier();
	_exit(0);
}

int main(int argc, char **argv)
{
	if (argc < 7)
		return 2;
	path = argv[1];
	processes = atoi(argv[5]);
	turns = !strcmp(argv[6], "turns");
	direct = argc > 7;
	shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	sem_init(&shared->turn, 1, 1);
	int content = open(argv[2], O_RDONLY);
	shared->size = read(content, shared->model, MaxSize);
	if (shared->size < 0) {
		perror(argv[2]);
		return 2;
	}
	uint64_t seed = strtoul(argv[3], NULL, 10);
	pid_t copying = start(processes, seed, 0);
	for (int i = 0; i < processes; i++)
		start(i, seed, atol(argv[4]));
	int failed = 0, status;
	for (int ended = 0; ended <= processes; ended++) {
		pid_t pid = wait(&status);
		failed |= status;
		if (ended + 1 == processes || (status && pid != copying)) {
			shared->done = 1;
			sem_post(&shared->turn); // a failed process has kept it
		}
	}
	self = -1;
	if (!failed)
		verify();
	printf("%u operations, %u copies\n", shared->operations, shared->copies);
	return failed ? 1 : 0;
}
