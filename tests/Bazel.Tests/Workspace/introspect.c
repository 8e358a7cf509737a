// Writes the names in /proc/self, one a line, to the file that is its argument: the reproduction of bb-remote-execution #115.
#include <dirent.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	FILE *out = argc > 1 ? fopen(argv[1], "w") : NULL;
	DIR *self = opendir("/proc/self");
	if (!out || !self) {
		perror("/proc/self");
		return 1;
	}
	for (struct dirent *entry; (entry = readdir(self));)
		fprintf(out, "%s\n", entry->d_name);
	return fclose(out);
}
