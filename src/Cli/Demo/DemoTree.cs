using System.Globalization;

namespace VirtualRoot.Cli.Demo;

/// <summary>The tree that the demonstration pushes: the program, and files that it never reads.</summary>
internal static class DemoTree
{
    private const int UnreadFiles = 50;
    private const int UnreadBytes = 64 * 1024;

    /// <summary>Makes it.</summary>
    public static void Create(string directory, DemoProgram program)
    {
        string target = directory + program.PathInRoot;
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Copy(program.File, target);
        File.SetUnixFileMode(target, (UnixFileMode)0x1ed); // 0755
        string unread = Path.Combine(directory, "usr/share/unread");
        Directory.CreateDirectory(unread);
        for (int number = 0; number < UnreadFiles; number++)
        {
            byte[] content = new byte[UnreadBytes];
            content.AsSpan().Fill((byte)('a' + (number % 26)));
            content[0] = (byte)number; // No two alike: equal files would be one blob.
            File.WriteAllBytes(Path.Combine(unread, number.ToString("d2", CultureInfo.InvariantCulture)), content);
        }
    }
}
