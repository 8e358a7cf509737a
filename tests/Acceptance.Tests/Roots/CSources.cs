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

    /// <summary>Goes down into its first argument again and again, and says how far it came and why no further.</summary>
    public const string Descend = """
        #include <errno.h>
        #include <stdio.h>
        #include <string.h>
        #include <unistd.h>

        int main(int argc, char **argv)
        {
            int levels = 0;
            while (argc == 2 && chdir(argv[1]) == 0)
                levels++;
            printf("%d %s\n", levels, strerror(errno));
            return 0;
        }
        """;
}
