namespace VirtualRoot.Bench.Actions;

/// <summary>What an action does.</summary>
internal sealed record ActionKind(string Name, IReadOnlyList<string> Arguments, bool ReadsFiles)
{
    /// <summary>Nothing: all that is measured is the worker.</summary>
    public static ActionKind True { get; } = new("true", ["bin/busybox", "true"], ReadsFiles: false);

    /// <summary>stat of every file.</summary>
    public static ActionKind Find { get; } = new("find", ["bin/busybox", "find", "data", "-type", "f", "-size", "+1000000c"], ReadsFiles: false);

    /// <summary>The content of every file; it prints how many bytes these were.</summary>
    public static ActionKind Cat { get; } = new("cat", ["bin/busybox", "sh", "-c", "bin/busybox cat data/d*/f* | bin/busybox wc -c"], ReadsFiles: true);
}
