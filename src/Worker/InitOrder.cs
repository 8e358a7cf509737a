using System.Globalization;

namespace VirtualRoot.Worker;

/// <summary>
/// What vroot-init is to do, as the head of vroot-init.c describes it. It goes by a file in memory: arguments and
/// environment of vroot-init would be the action's to read, in /proc/1.
/// </summary>
internal static class InitOrder
{
    private const string Format = "vroot-init order 4";

    /// <summary>The bytes of the order.</summary>
    public static byte[] Encode(ActionOptions options)
    {
        List<string> words =
        [
            Format,
            options.RootDirectory,
            options.WorkingDirectory,
            options.HostName ?? "",
            options.StdoutPath ?? "",
            options.StderrPath ?? "",
            options.Cgroup ?? "",
            Text((int)options.Namespaces),
            options.NewSession ? "1" : "0",
            options.NoNewPrivileges ? "1" : "0",
            Text((int)options.Special),
            Text(options.Uid ?? -1L),
            Text(options.Gid ?? -1L),
            Text(options.Limits.Count),
        ];
        foreach (ResourceLimit limit in options.Limits)
        {
            words.AddRange([limit.ToString(), Text((int)limit.Resource), Text(limit.Soft), Text(limit.Hard)]);
        }

        words.AddRange([Text(options.Arguments.Count), .. options.Arguments]);
        words.AddRange([Text(options.Environment.Count), .. options.Environment]);
        return [.. words.SelectMany(word => (byte[])[.. ByteExactText.Encode(word), 0])];
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    // RLIM_INFINITY is the largest number.
    private static string Text(ulong? limit) => (limit ?? ulong.MaxValue).ToString(CultureInfo.InvariantCulture);
}
