// Attributes and extended attributes as text that is the same wherever the file is.
#pragma once

static void print_time(const struct timespec *t)
{
	if (t->tv_sec >= started - 600 && t->tv_sec <= started + 86400)
		printf("recent");
	else
		printf("%ld.%09ld", (long)t->tv_sec, t->tv_nsec);
}

// Not: a directory's size and number of links, blocks, access time; a FIFO's time, which the kernel changes of a plain one alone.
static void print_attributes(const struct stat *s)
{
	printf(" mode=%06o uid=%u gid=%u rdev=%x", s->st_mode, s->st_uid, s->st_gid, (unsigned)s->st_rdev);
	if (!S_ISDIR(s->st_mode))
		printf(" size=%ld links=%lu", (long)s->st_size, (unsigned long)s->st_nlink);
	if (!S_ISFIFO(s->st_mode)) {
		printf(" mtime=");
		print_time(&s->st_mtim);
	}
}

static struct place place(const char *word);
static int slot(const char *word);
static void answer(long result);
static void answer_bytes(long result);

// Extended attributes know no *at calls on every kernel: relative to the directory, by fchdir.
static const char *enter(const char *word);

static void set_xattr(const char *op, const char *where, const char *name, size_t length, uint64_t seed, int how)
{
	char decoded[1024];
	decode_word(name, decoded);
	fill(buffer, seed, 0, length);
	answer(*op == 'f' ? fsetxattr(slot(where), decoded, buffer, length, how)
		: *op == 'l' ? lsetxattr(enter(where), decoded, buffer, length, how)
		: setxattr(enter(where), decoded, buffer, length, how));
}

static void get_xattr(const char *op, const char *where, const char *name, size_t size)
{
	char decoded[1024];
	decode_word(name, decoded);
	long result = *op == 'f' ? fgetxattr(slot(where), decoded, buffer, size)
		: *op == 'l' ? lgetxattr(enter(where), decoded, buffer, size)
		: getxattr(enter(where), decoded, buffer, size);
	if (size)
		answer_bytes(result);
	else
		answer(result);
	if (!size && result >= 0)
		printf(" %ld", result);
}

static int compare_names(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

// The names of the namespace "user" alone, sorted: a security module may add its own.
static void print_xattr_names(char *list, long length, int fd_or_minus, const char *path)
{
	char *names[512];
	size_t count = 0;
	for (char *at = list; at < list + length && count < 512; at += strlen(at) + 1)
		if (!strncmp(at, "user.", 5))
			names[count++] = at;
	qsort(names, count, sizeof *names, compare_names);
	static uint8_t value[65536];
	for (size_t i = 0; i < count; i++) {
		putchar(' ');
		print_word(stdout, names[i], strlen(names[i]));
		if (path || fd_or_minus >= 0) {
			long size = path ? lgetxattr(path, names[i], value, sizeof value) : fgetxattr(fd_or_minus, names[i], value, sizeof value);
			printf("=%ld:%016" PRIx64, size, size < 0 ? 0 : hash(HASH_START, value, (size_t)size));
		}
	}
}

static void list_xattr(const char *op, const char *where)
{
	static char list[65536];
	long result = *op == 'f' ? flistxattr(slot(where), list, sizeof list)
		: *op == 'l' && op[1] == 'l' ? llistxattr(enter(where), list, sizeof list)
		: listxattr(enter(where), list, sizeof list);
	answer(result);
	if (result >= 0)
		print_xattr_names(list, result, -1, NULL);
}

static void remove_xattr(const char *op, const char *where, const char *name)
{
	char decoded[1024];
	decode_word(name, decoded);
	answer(*op == 'f' ? fremovexattr(slot(where), decoded)
		: *op == 'l' ? lremovexattr(enter(where), decoded)
		: removexattr(enter(where), decoded));
}
