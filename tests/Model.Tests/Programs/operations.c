// Performs file-system operations below a directory, one for each line of its input, and answers each with a line: the same
// script on two directories that behave alike gives the same answers. Usage: operations DIRECTORY
//
//   NUMBER UID OPERATION WORD…    ->    NUMBER ok …  |  NUMBER ERRNO …
//
// UID other than 0 is taken as effective user and group for this one operation, if the process is root's.
// A path is a word (text.h); "@N/path" starts at the directory that is open as slot N, "@N" alone is the empty path there.
#define _GNU_SOURCE
#include "text.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/falloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

enum { Slots = 16, MaxWords = 10, MaxBytes = 4 << 20 };

static int base;
static int slots[Slots];
static time_t started;
static uint8_t *buffer;

struct place {
	int directory;
	char path[8192];
};

#include "attributes.h"
#include "tree.h"

static int slot(const char *word) { return slots[atoi(word) % Slots]; }

static struct place place(const char *word)
{
	struct place at = { .directory = base };
	if (*word == '@') {
		char *end;
		at.directory = slots[strtoul(word + 1, &end, 10) % Slots];
		word = *end == '/' ? end + 1 : end;
	}
	decode_word(word, at.path);
	return at;
}

static const char *enter(const char *word)
{
	static struct place at;
	at = place(word);
	// A closed slot: no path is there.
	return fchdir(at.directory) ? "no/such/directory" : at.path;
}

struct name {
	const char *name;
	long value;
};

static const struct name open_names[] = {
	{ "r", O_RDONLY }, { "w", O_WRONLY }, { "rw", O_RDWR }, { "creat", O_CREAT }, { "excl", O_EXCL }, { "trunc", O_TRUNC },
	{ "append", O_APPEND }, { "nofollow", O_NOFOLLOW }, { "directory", O_DIRECTORY }, { "tmpfile", O_TMPFILE }, { "path", O_PATH },
	{ "sync", O_SYNC }, { "direct", O_DIRECT }, { NULL, 0 }
};
static const struct name fallocate_names[] = {
	{ "alloc", 0 }, { "keep", FALLOC_FL_KEEP_SIZE }, { "punch", FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE },
	{ "punchgrow", FALLOC_FL_PUNCH_HOLE }, { "zero", FALLOC_FL_ZERO_RANGE }, { "zerokeep", FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE }, { NULL, 0 }
};
static const struct name rename_names[] = {
	{ "plain", 0 }, { "noreplace", RENAME_NOREPLACE }, { "exchange", RENAME_EXCHANGE },
	{ "both", RENAME_NOREPLACE | RENAME_EXCHANGE }, { "odd", 64 }, { NULL, 0 }
};
static const struct name kind_names[] = {
	{ "fifo", S_IFIFO }, { "sock", S_IFSOCK }, { "file", S_IFREG }, { "zero", 0 }, { "dir", S_IFDIR }, { NULL, 0 }
};
static const struct name access_names[] = { { "f", F_OK }, { "r", R_OK }, { "w", W_OK }, { "x", X_OK }, { NULL, 0 } };
static const struct name flock_names[] = { { "sh", LOCK_SH }, { "ex", LOCK_EX }, { "un", LOCK_UN }, { NULL, 0 } };
static const struct name lock_names[] = { { "r", F_RDLCK }, { "w", F_WRLCK }, { "u", F_UNLCK }, { NULL, 0 } };
static const struct name xattr_names[] = { { "any", 0 }, { "create", XATTR_CREATE }, { "replace", XATTR_REPLACE }, { NULL, 0 } };
static const struct name whence_names[] = { { "set", SEEK_SET }, { "cur", SEEK_CUR }, { "end", SEEK_END }, { NULL, 0 } };

// The flags that the word names, with commas between them.
static long flags(const struct name *names, char *word)
{
	long value = 0;
	for (char *save, *part = strtok_r(word, ",", &save); part; part = strtok_r(NULL, ",", &save)) {
		const struct name *at = names;
		while (at->name && strcmp(at->name, part))
			at++;
		if (!at->name) {
			fprintf(stderr, "operations: unknown flag %s\n", part);
			_exit(2);
		}
		value |= at->value;
	}
	return value;
}

static void answer(long result)
{
	if (result < 0)
		printf(" %s", strerrorname_np(errno));
	else
		printf(" ok");
}

static void answer_number(long result)
{
	answer(result);
	if (result >= 0)
		printf(" %ld", result);
}

static void answer_bytes(long result)
{
	answer_number(result);
	if (result >= 0)
		printf(" %016" PRIx64, hash(HASH_START, buffer, (size_t)result));
}

static size_t length_of(const char *word)
{
	size_t length = strtoul(word, NULL, 10);
	return length > MaxBytes ? MaxBytes : length;
}

// Where data and holes begin is the file system's choice, as long as nothing but zeros is skipped: that is what is answered.
static void seek_data(int fd, off_t from, int whence)
{
	struct stat s;
	off_t before = lseek(fd, 0, SEEK_CUR);
	off_t found = lseek(fd, from, whence);
	int failed = errno;
	if (before >= 0)
		lseek(fd, before, SEEK_SET);
	if (fstat(fd, &s) == 0 && S_ISDIR(s.st_mode))
		return; // a directory's offsets are its file system's own
	if (before < 0 || fstat(fd, &s) || !S_ISREG(s.st_mode) || from < 0 || from >= s.st_size || (fcntl(fd, F_GETFL) & O_ACCMODE) == O_WRONLY) {
		errno = failed;
		answer(found); // ENXIO past the end, EBADF, EINVAL: the same everywhere
		return;
	}
	if (found < 0 && (failed != ENXIO || whence == SEEK_HOLE)) {
		errno = failed;
		answer(found);
		return;
	}
	off_t end = found < 0 ? s.st_size : found;
	if (whence == SEEK_HOLE) {
		if (found < from || found > s.st_size) {
			printf(" bad-hole %ld", (long)found);
			return;
		}
		off_t next = lseek(fd, found, SEEK_DATA);
		lseek(fd, before, SEEK_SET);
		from = found;
		end = next < 0 ? s.st_size : next;
	}
	for (off_t at = from; at < end;) {
		ssize_t count = pread(fd, buffer, end - at < 65536 ? (size_t)(end - at) : 65536, at);
		if (count <= 0)
			break;
		for (ssize_t i = 0; i < count; i++) {
			if (buffer[i]) {
				printf(" skipped-data %ld found %ld", (long)(at + i), (long)found);
				return;
			}
		}
		at += count;
	}
	printf(" ok");
}

static void map(int fd, off_t offset, size_t length, bool write, uint64_t seed)
{
	struct stat s;
	if (fstat(fd, &s)) {
		answer(-1);
		return;
	}
	if (S_ISREG(s.st_mode) && offset < s.st_size && (off_t)length > s.st_size - offset)
		length = (size_t)(s.st_size - offset); // touching a page behind the end is SIGBUS
	off_t start = offset & ~4095L;
	size_t skip = (size_t)(offset - start);
	if (S_ISREG(s.st_mode) && offset >= s.st_size) {
		printf(" empty");
		return;
	}
	uint8_t *at = mmap(NULL, length + skip, write ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd, start);
	if (at == MAP_FAILED) {
		answer(-1);
		return;
	}
	if (write) {
		fill(at + skip, seed, (uint64_t)offset, length);
		answer(seed & 1 ? msync(at, length + skip, MS_SYNC) : 0);
	} else {
		printf(" ok %zu %016" PRIx64, length, hash(HASH_START, at + skip, length));
	}
	munmap(at, length + skip);
}

// copy_file_range and sendfile may answer with less at any time: all of it is asked for.
static void copy(bool ranges, int in, off_t from, int out, off_t to, size_t length)
{
	size_t copied = 0;
	while (copied < length) {
		ssize_t count = ranges ? copy_file_range(in, &from, out, &to, length - copied, 0) : sendfile(out, in, &from, length - copied);
		if (count < 0 && copied == 0) {
			answer(-1);
			return;
		}
		if (count <= 0)
			break;
		copied += (size_t)count;
	}
	printf(" ok %zu", copied);
}

static struct timespec time_of(const char *word)
{
	struct timespec t = { 0, UTIME_NOW };
	if (!strcmp(word, "omit"))
		t.tv_nsec = UTIME_OMIT;
	else if (strcmp(word, "now"))
		sscanf(word, "%ld.%ld", &t.tv_sec, &t.tv_nsec);
	return t;
}

static void perform(const char *op, char **w)
{
#define IS(name) (!strcmp(op, name))
	if (IS("open")) {
		struct place at = place(w[1]);
		long how = flags(open_names, w[2]);
		int fd = openat(at.directory, at.path, (int)(how | O_NONBLOCK | O_CLOEXEC), strtoul(w[3], NULL, 8));
		int *to = &slots[atoi(w[0]) % Slots];
		answer(fd);
		if (fd >= 0) {
			if (*to >= 0)
				close(*to);
			*to = fd;
		}
	} else if (IS("close")) {
		int *at = &slots[atoi(w[0]) % Slots];
		answer(close(*at));
		*at = -1;
	} else if (IS("pread")) {
		answer_bytes(pread(slot(w[0]), buffer, length_of(w[2]), atol(w[1])));
	} else if (IS("read")) {
		answer_bytes(read(slot(w[0]), buffer, length_of(w[1])));
	} else if (IS("pwrite")) {
		fill(buffer, strtoul(w[3], NULL, 10), strtoul(w[1], NULL, 10), length_of(w[2]));
		answer_number(pwrite(slot(w[0]), buffer, length_of(w[2]), atol(w[1])));
	} else if (IS("write")) {
		fill(buffer, strtoul(w[2], NULL, 10), 0, length_of(w[1]));
		answer_number(write(slot(w[0]), buffer, length_of(w[1])));
	} else if (IS("lseek")) {
		struct stat s;
		long result = lseek(slot(w[0]), atol(w[1]), (int)flags(whence_names, w[2]));
		if (fstat(slot(w[0]), &s) || !S_ISDIR(s.st_mode))
			answer_number(result);
		else
			lseek(slot(w[0]), 0, SEEK_SET); // a directory's offsets are its file system's own
	} else if (IS("seekdata") || IS("seekhole")) {
		seek_data(slot(w[0]), atol(w[1]), IS("seekdata") ? SEEK_DATA : SEEK_HOLE);
	} else if (IS("ftruncate")) {
		answer(ftruncate(slot(w[0]), atol(w[1])));
	} else if (IS("truncate")) {
		struct place at = place(w[0]);
		answer(fchdir(at.directory) ? -1 : truncate(at.path, atol(w[1])));
	} else if (IS("fallocate")) {
		answer(fallocate(slot(w[0]), (int)flags(fallocate_names, w[1]), atol(w[2]), atol(w[3])));
	} else if (IS("fsync")) {
		answer(fsync(slot(w[0])));
	} else if (IS("fdatasync")) {
		answer(fdatasync(slot(w[0])));
	} else if (IS("mapread")) {
		map(slot(w[0]), atol(w[1]), length_of(w[2]), false, 0);
	} else if (IS("mapwrite")) {
		map(slot(w[0]), atol(w[1]), length_of(w[2]), true, strtoul(w[3], NULL, 10));
	} else if (IS("copyrange")) {
		copy(true, slot(w[0]), atol(w[1]), slot(w[2]), atol(w[3]), length_of(w[4]));
	} else if (IS("sendfile")) {
		copy(false, slot(w[0]), atol(w[1]), slot(w[2]), 0, length_of(w[3]));
	} else if (IS("mkdir")) {
		struct place at = place(w[0]);
		answer(mkdirat(at.directory, at.path, strtoul(w[1], NULL, 8)));
	} else if (IS("rmdir") || IS("unlink")) {
		struct place at = place(w[0]);
		answer(unlinkat(at.directory, at.path, IS("rmdir") ? AT_REMOVEDIR : 0));
	} else if (IS("link") || IS("linkfollow")) {
		struct place from = place(w[0]), to = place(w[1]);
		answer(linkat(from.directory, from.path, to.directory, to.path, IS("link") ? 0 : AT_SYMLINK_FOLLOW));
	} else if (IS("linkslot")) {
		struct place to = place(w[1]);
		char self[64];
		snprintf(self, sizeof self, "/proc/self/fd/%d", slot(w[0]));
		answer(linkat(AT_FDCWD, self, to.directory, to.path, AT_SYMLINK_FOLLOW));
	} else if (IS("symlink")) {
		struct place at = place(w[1]);
		static char target[8192];
		decode_word(w[0], target);
		answer(symlinkat(target, at.directory, at.path));
	} else if (IS("readlink")) {
		struct place at = place(w[0]);
		long length = readlinkat(at.directory, at.path, (char *)buffer, strtoul(w[1], NULL, 10));
		answer_bytes(length);
	} else if (IS("rename")) {
		struct place from = place(w[0]), to = place(w[1]);
		answer(renameat2(from.directory, from.path, to.directory, to.path, (unsigned)flags(rename_names, w[2])));
	} else if (IS("chmod")) {
		struct place at = place(w[0]);
		answer(fchmodat(at.directory, at.path, strtoul(w[1], NULL, 8), 0));
	} else if (IS("opentop")) { // not by "."; whoever has shut it to himself finds no path at all, not even that
		answer(fchmod(base, 0755));
	} else if (IS("fchmod")) {
		answer(fchmod(slot(w[0]), strtoul(w[1], NULL, 8)));
	} else if (IS("chown") || IS("lchown")) {
		struct place at = place(w[0]);
		answer(fchownat(at.directory, at.path, (uid_t)atol(w[1]), (gid_t)atol(w[2]), IS("lchown") ? AT_SYMLINK_NOFOLLOW : 0));
	} else if (IS("fchown")) {
		answer(fchown(slot(w[0]), (uid_t)atol(w[1]), (gid_t)atol(w[2])));
	} else if (IS("utimens") || IS("lutimens")) {
		struct place at = place(w[0]);
		struct timespec times[2] = { time_of(w[1]), time_of(w[2]) };
		answer(utimensat(at.directory, at.path, times, IS("lutimens") ? AT_SYMLINK_NOFOLLOW : 0));
	} else if (IS("futimens")) {
		struct timespec times[2] = { time_of(w[1]), time_of(w[2]) };
		answer(futimens(slot(w[0]), times));
	} else if (IS("access") || IS("eaccess")) {
		struct place at = place(w[0]);
		answer(faccessat(at.directory, at.path, (int)flags(access_names, w[1]), IS("eaccess") ? AT_EACCESS : 0));
	} else if (IS("mknod")) {
		struct place at = place(w[0]);
		answer(mknodat(at.directory, at.path, (mode_t)flags(kind_names, w[1]) | (mode_t)strtoul(w[2], NULL, 8), 0));
	} else if (IS("stat") || IS("lstat")) {
		struct place at = place(w[0]);
		struct stat s;
		int result = fstatat(at.directory, at.path, &s, (IS("lstat") ? AT_SYMLINK_NOFOLLOW : 0) | (*at.path ? 0 : AT_EMPTY_PATH));
		answer(result);
		if (!result)
			print_attributes(&s);
	} else if (IS("fstat")) {
		struct stat s;
		int result = fstat(slot(w[0]), &s);
		answer(result);
		if (!result)
			print_attributes(&s);
	} else if (IS("readdir")) {
		struct place at = place(w[0]);
		int fd = openat(at.directory, at.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		answer(fd);
		if (fd >= 0)
			print_listing(fd);
	} else if (IS("readdirslot")) {
		int fd = openat(slot(w[0]), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		answer(fd);
		if (fd >= 0)
			print_listing(fd);
	} else if (IS("getdents")) {
		long result = lseek(slot(w[0]), 0, SEEK_SET);
		if (result < 0) {
			answer(result);
		} else {
			print_raw_listing(slot(w[0]));
			lseek(slot(w[0]), 0, SEEK_SET); // the end's offset is the file system's own
		}
	} else if (IS("flock")) {
		answer(flock(slot(w[0]), (int)flags(flock_names, w[1]) | LOCK_NB));
	} else if (IS("lock")) {
		struct flock l = { .l_type = (short)flags(lock_names, w[1]), .l_whence = SEEK_SET, .l_start = atol(w[2]), .l_len = atol(w[3]) };
		answer(fcntl(slot(w[0]), F_OFD_SETLK, &l));
	} else if (IS("umask")) {
		printf(" ok %o", umask(strtoul(w[0], NULL, 8)));
	} else if (IS("setxattr") || IS("lsetxattr") || IS("fsetxattr")) {
		set_xattr(op, w[0], w[1], length_of(w[2]), strtoul(w[3], NULL, 10), (int)flags(xattr_names, w[4]));
	} else if (IS("getxattr") || IS("lgetxattr") || IS("fgetxattr")) {
		get_xattr(op, w[0], w[1], length_of(w[2]));
	} else if (IS("listxattr") || IS("llistxattr") || IS("flistxattr")) {
		list_xattr(op, w[0]);
	} else if (IS("removexattr") || IS("lremovexattr") || IS("fremovexattr")) {
		remove_xattr(op, w[0], w[1]);
	} else if (IS("tree")) {
		print_tree();
	} else {
		fprintf(stderr, "operations: unknown operation %s\n", op);
		_exit(2); // no half an answer
	}
}

static void become(uid_t uid)
{
	if (seteuid(0) || setegid(uid) || (uid && seteuid(uid))) {
		perror("operations: seteuid");
		exit(2);
	}
}

int main(int argc, char **argv)
{
	static char line[65536];
	bool is_root = geteuid() == 0;
	struct rlimit core = { 0, 0 };
	setrlimit(RLIMIT_CORE, &core);
	base = argc == 2 ? open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	if (base < 0) {
		perror("operations: usage: operations DIRECTORY");
		return 2;
	}
	started = time(NULL);
	umask(022);
	buffer = aligned_alloc(4096, MaxBytes);
	memset(slots, 0xff, sizeof slots);
	while (fgets(line, sizeof line, stdin)) {
		char *words[MaxWords + 3] = { 0 };
		int count = 0;
		for (char *save, *word = strtok_r(line, " \n", &save); word && count < MaxWords + 2; word = strtok_r(NULL, " \n", &save))
			words[count++] = word;
		if (count < 3) {
			putchar('\n'); // an empty line for an empty line: whoever asks wants the answers now
			fflush(stdout);
			continue;
		}
		for (int i = count; i < MaxWords + 2; i++)
			words[i] = "0";
		uid_t uid = (uid_t)atol(words[1]);
		printf("%s", words[0]);
		if (is_root && uid)
			become(uid);
		perform(words[2], words + 3);
		if (is_root && uid)
			become(0);
		putchar('\n');
	}
	return 0;
}
