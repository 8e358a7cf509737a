using System.Globalization;

namespace VirtualRoot.Fuse.Mounting;

/// <summary>
/// The sockets and pipes by which the .NET runtime offers diagnostics: files in the temporary directory that it removes at its own
/// end, which an execve(2) is not. They would stay for ever, one set for each run of an ordinary user.
/// </summary>
internal static class RuntimeSockets
{
    private static readonly string[] s_names = ["dotnet-diagnostic-{0}-*", "clr-debug-pipe-{0}-*"];

    /// <summary>Removes those of this process.</summary>
    public static void Remove()
    {
        // The runtime's own rule, and not Path.GetTempPath's: TMPDIR, else /tmp.
        string directory = Environment.GetEnvironmentVariable("TMPDIR") is { Length: > 0 } named ? named : "/tmp";
        foreach (string name in s_names)
        {
            try
            {
                foreach (string file in Directory.EnumerateFiles(directory, string.Format(CultureInfo.InvariantCulture, name, Environment.ProcessId)))
                {
                    File.Delete(file);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The runtime could not write there either, or another process of this number owns them.
                return;
            }
        }
    }
}
