namespace VirtualRoot.Acceptance.Tests.Roots;

/// <summary>Small static programs.</summary>
internal static class CSources
{
    /// <summary>The ls-proc of issue 115's reproduction: lists /proc/self, or says why it cannot.</summary>
    public const string ListProcSelf = """
        #include <dirent.h>
        #include <errno.h>
        #include <stdio.h>
        #include <string.h>

        int main(void)
        {
            DIR *directory = opendir("/proc/self");
            if (directory == NULL) {
                fprintf(stderr, "Reading /proc/self: open /proc/self: %s\n", strerror(errno));
                return 1;
            }
            for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
                puts(entry->d_name);
            return 0;
        }
        """;
}
