// Listings and whole trees as text that is the same wherever they are.
#pragma once

static int compare_entries(const void *a, const void *b) { return strcmp(*(char *const *)a + 1, *(char *const *)b + 1); }

struct listing {
	char **entries; // each a byte of d_type, then the name
	size_t count;
};

static void add_entry(struct listing *to, unsigned char type, const char *name)
{
	if (!(to->count & (to->count + 1)))
		to->entries = realloc(to->entries, (2 * to->count + 2) * sizeof *to->entries);
	char *entry = malloc(strlen(name) + 2);
	entry[0] = (char)type;
	strcpy(entry + 1, name);
	to->entries[to->count++] = entry;
}

static void sort_listing(struct listing *l)
{
	if (l->count)
		qsort(l->entries, l->count, sizeof *l->entries, compare_entries);
}

static void print_and_free(struct listing *l)
{
	sort_listing(l);
	printf(" %zu", l->count);
	for (size_t i = 0; i < l->count; i++) {
		printf(" %d:", l->entries[i][0]);
		print_word(stdout, l->entries[i] + 1, strlen(l->entries[i] + 1));
		free(l->entries[i]);
	}
	free(l->entries);
}

// Takes the descriptor.
static struct listing read_listing(int fd)
{
	struct listing found = { 0 };
	DIR *directory = fdopendir(fd);
	for (struct dirent *entry; (entry = readdir(directory));)
		add_entry(&found, entry->d_type, entry->d_name);
	closedir(directory);
	return found;
}

static void print_listing(int fd)
{
	struct listing found = read_listing(fd);
	print_and_free(&found);
}

struct raw_entry {
	uint64_t inode;
	int64_t next;
	unsigned short length;
	unsigned char type;
	char name[];
};

// The same by getdents64 with a small buffer, on a descriptor that stays open.
static void print_raw_listing(int fd)
{
	struct listing found = { 0 };
	char bytes[1024];
	long count;
	while ((count = syscall(SYS_getdents64, fd, bytes, sizeof bytes)) > 0)
		for (char *at = bytes; at < bytes + count; at += ((struct raw_entry *)at)->length)
			add_entry(&found, ((struct raw_entry *)at)->type, ((struct raw_entry *)at)->name);
	answer(count);
	print_and_free(&found);
}

struct seen {
	ino_t inode;
	char *path;
};
static struct seen seen[65536];
static size_t seen_count;

// All names of a file form a group, which is called by the first of them.
static const char *group_of(const struct stat *s, const char *path)
{
	for (size_t i = 0; i < seen_count; i++)
		if (seen[i].inode == s->st_ino)
			return seen[i].path;
	if (seen_count < sizeof seen / sizeof *seen)
		seen[seen_count++] = (struct seen){ s->st_ino, strdup(path) };
	return path;
}

static void print_content(int directory, const char *name)
{
	int fd = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0) {
		printf(" %s", strerrorname_np(errno));
		return;
	}
	uint64_t state = HASH_START;
	ssize_t count;
	while ((count = read(fd, buffer, 1 << 18)) > 0)
		state = hash(state, buffer, (size_t)count);
	printf(" %016" PRIx64 "%s", state, count < 0 ? strerrorname_np(errno) : "");
	close(fd);
}

static void print_entry(int directory, const char *name, const char *path)
{
	struct stat s;
	static char list[65536];
	printf("\n  ");
	print_word(stdout, path, strlen(path));
	if (fstatat(directory, name, &s, AT_SYMLINK_NOFOLLOW)) {
		printf(" %s", strerrorname_np(errno));
		return;
	}
	print_attributes(&s);
	if (!S_ISDIR(s.st_mode) && s.st_nlink > 1) {
		printf(" same-as=");
		const char *group = group_of(&s, path);
		print_word(stdout, group, strlen(group));
	}
	if (S_ISREG(s.st_mode)) {
		print_content(directory, name);
		printf(" blocks=%ld", (long)s.st_blocks); // compared as "not many more"
	}
	if (S_ISLNK(s.st_mode)) {
		char target[8192];
		ssize_t length = readlinkat(directory, name, target, sizeof target);
		putchar(' ');
		print_word(stdout, target, length < 0 ? 0 : (size_t)length);
	}
	if ((S_ISREG(s.st_mode) || S_ISDIR(s.st_mode)) && fchdir(directory) == 0) {
		long length = llistxattr(name, list, sizeof list);
		if (length >= 0)
			print_xattr_names(list, length, -1, name);
		else if (errno != EOPNOTSUPP && errno != ENOSYS)
			printf(" listxattr:%s", strerrorname_np(errno));
	}
	if (!S_ISDIR(s.st_mode))
		return;
	int fd = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) {
		printf(" %s", strerrorname_np(errno));
		return;
	}
	struct listing children = read_listing(dup(fd));
	sort_listing(&children);
	for (size_t i = 0; i < children.count; i++) {
		char *child = children.entries[i] + 1;
		if (strcmp(child, ".") && strcmp(child, "..")) {
			char *below = malloc(strlen(path) + strlen(child) + 2);
			sprintf(below, "%s/%s", path, child);
			print_entry(fd, child, below);
			free(below);
		}
		free(children.entries[i]);
	}
	free(children.entries);
	close(fd);
}

static void print_tree(void)
{
	while (seen_count)
		free(seen[--seen_count].path);
	print_entry(base, ".", ".");
	printf("\nend");
}
