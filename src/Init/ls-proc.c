/* ls-proc: lists /proc/self and where /proc/self/exe leads. What vroot demo runs where there is no static busybox. */
#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	char target[4096];
	ssize_t length = readlink("/proc/self/exe", target, sizeof target);
	DIR *self = opendir("/proc/self");
	struct dirent *entry;

	if (length < 0 || self == NULL) {
		perror(length < 0 ? "/proc/self/exe" : "/proc/self");
		return 1;
	}
	while ((entry = readdir(self)) != NULL)
		printf("/proc/self/%s\n", entry->d_name);
	printf("/proc/self/exe -> %.*s\n", (int)length, target);
	return 0;
}
