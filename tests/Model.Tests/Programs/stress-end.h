// What stress.c makes before the processes start, and what it looks at when all of them have ended.
#pragma once

enum { MaxFound = 65536 };
static struct {
	ino_t inode;
	nlink_t links;
	unsigned names;
	char path[256];
} found[MaxFound];
static size_t found_count;

static void remember_inputs(const char *path)
{
	DIR *directory = opendir(path);
	char below_it[4096];
	for (struct dirent *entry; directory && (entry = readdir(directory));) {
		struct stat s;
		snprintf(below_it, sizeof below_it, "%s/%s", path, entry->d_name);
		if (entry->d_name[0] == '.' || lstat(below_it, &s))
			continue;
		if (S_ISDIR(s.st_mode))
			remember_inputs(below_it);
		if (!S_ISREG(s.st_mode) || input_count == MaxInputs)
			continue;
		int fd = open(below_it, O_RDONLY);
		input_hashes[input_count++] = hash(HASH_START, buffer, (size_t)read_all(fd));
		close(fd);
	}
	if (directory)
		closedir(directory);
}

static void prepare(void)
{
	char path[64];
	remember_inputs(".");
	mkdir("crowd", 0755);
	mkdir("crowd/below", 0755);
	for (int i = 0; i < 2 * Anchors; i++) {
		sprintf(path, "%s/anchor%03d", i < Anchors ? "crowd" : "nothing", i % Anchors);
		close(open(path, O_WRONLY | O_CREAT, 0644));
	}
}

static void remember_name(const struct stat *s, const char *path)
{
	size_t at = 0;
	while (at < found_count && found[at].inode != s->st_ino)
		at++;
	if (at == MaxFound)
		return;
	if (at == found_count) {
		found[found_count].inode = s->st_ino;
		found[found_count].links = s->st_nlink;
		strncpy(found[found_count++].path, path, sizeof found->path - 1);
	}
	found[at].names++;
}

static int compare_names(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static void check_entry(const char *path, const struct dirent *entry)
{
	struct stat s;
	if (lstat(path, &s)) {
		wrong("%s is listed, but cannot be found: %s", path, strerrorname_np(errno));
		return;
	}
	if (s.st_ino != entry->d_ino)
		wrong("%s is listed as inode %lu, but is %lu", path, (unsigned long)entry->d_ino, (unsigned long)s.st_ino);
	if (entry->d_type != DT_UNKNOWN && entry->d_type != IFTODT(s.st_mode))
		wrong("%s is listed as type %d, but has mode %o", path, entry->d_type, s.st_mode);
	if (!S_ISDIR(s.st_mode))
		remember_name(&s, path);
	const char *name = strrchr(path, '/') + 1;
	if (!S_ISREG(s.st_mode) || !strncmp(name, "anchor", 6) || !strncmp(name, "own", 3) || !strcmp(path, "./hundred"))
		return;
	int fd = open(path, O_RDONLY);
	long length = fd < 0 ? -1 : read_all(fd);
	if (length < 0)
		wrong("reading %s: %s", path, strerrorname_np(errno));
	else
		check_content(path, length);
	close(fd);
}

static void check_directory(const char *path)
{
	static char below_it[65536]; // renamed into each other, directories can become deep
	char **names = NULL; // not on the stack: directories lie a thousand deep in each other after some minutes
	size_t names_count = 0, length = strlen(path);
	DIR *directory = opendir(path);
	if (!directory) {
		wrong("opendir of %s: %s", path, strerrorname_np(errno));
		return;
	}
	if (length + 300 > 4000) {
		closedir(directory);
		return;
	}
	for (struct dirent *entry; (entry = readdir(directory));) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		sprintf(below_it, "%s/%s", path, entry->d_name);
		check_entry(below_it, entry);
		if (names_count % 64 == 0)
			names = realloc(names, (names_count + 64) * sizeof *names);
		names[names_count++] = strdup(entry->d_name);
	}
	closedir(directory);
	if (names_count > 0)
		qsort(names, names_count, sizeof *names, compare_names);
	for (size_t i = 0; i < names_count; i++) {
		struct stat s;
		if (i && !strcmp(names[i - 1], names[i]))
			wrong("%s is listed twice in %s", names[i], path);
		char *child = malloc(length + strlen(names[i]) + 2);
		sprintf(child, "%s/%s", path, names[i]);
		if (!lstat(child, &s) && S_ISDIR(s.st_mode))
			check_directory(child);
		free(child);
	}
	while (names_count)
		free(names[--names_count]);
	free(names);
}

// All records of all processes, whole, and each process's in its order.
static void check_log(unsigned processes)
{
	uint32_t next[MaxProcesses] = { 0 };
	struct record r;
	int fd = open(log_path, O_RDONLY);
	lseek(fd, LogStart, SEEK_SET);
	ssize_t got;
	while ((got = read(fd, &r, sizeof r)) == sizeof r) {
		if (r.writer >= processes || r.checksum != hash(r.writer, r.body, sizeof r.body) + r.number) {
			wrong("a record that nobody wrote in %s at %ld", log_path, (long)lseek(fd, 0, SEEK_CUR));
			break;
		}
		if (r.number != next[r.writer]++)
			wrong("record %u of process %u comes in place %u", r.number, r.writer, next[r.writer] - 1);
	}
	if (got > 0)
		wrong("half a record at the end of %s", log_path);
	for (unsigned i = 0; i < processes; i++)
		if (next[i] != shared->appended[i])
			wrong("%s has %u records of process %u, which has written %u", log_path, next[i], i, shared->appended[i]);
	close(fd);
}

static void finish(unsigned processes)
{
	self = processes;
	check_directory(".");
	check_log(processes);
	for (size_t i = 0; i < found_count; i++)
		if (found[i].names != found[i].links)
			wrong("%s has %u names, but st_nlink %lu", found[i].path, found[i].names, (unsigned long)found[i].links);
}
