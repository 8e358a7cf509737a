using VirtualRoot.Nodes;
using VirtualRoot.Special;
using VirtualRoot.Testing;

namespace VirtualRoot.VirtualRoot.Tests.Special;

/// <summary>docs/special.md tells of every path, and of none besides.</summary>
public sealed class DocumentTests
{
    private static readonly Caller s_self = SpecialFixture.As(Environment.ProcessId);

    [Fact]
    public void Paths_EachIsInTheDocument()
    {
        using SpecialFixture fixture = new();
        using SpecialFixture hermetic = new(limits: new MachineLimits { Profile = MachineProfile.Hermetic }); // has what a virtual machine's /sys may lack
        string self = $"proc/{Environment.ProcessId}";
        string[] threads = [.. Below(fixture, $"{self}/task/{Environment.ProcessId}").Where(path => path.EndsWith("/children", StringComparison.Ordinal))];
        string[] exist = [.. Below(fixture, "proc"), .. Below(fixture, self), .. threads, .. Below(fixture, "sys").Union(Below(hermetic, "sys")), .. Below(fixture, "dev")];
        exist = [.. exist.Select(path => path.Replace($"/{self}/task/{Environment.ProcessId}/", "/proc/thread-self/", StringComparison.Ordinal).Replace($"/{self}/", "/proc/self/", StringComparison.Ordinal))];
        string[] told = Told();
        Assert.Equal("", string.Join(' ', exist.Except(told)));
        Assert.Equal("", string.Join(' ', told.Except(exist)));
    }

    /// <summary>The first column below the heading "Paths": words in backquotes, braces for several names.</summary>
    private static string[] Told() => [.. File.ReadLines(Path.Combine(PublishedTool.Checkout(), "docs/special.md"))
        .SkipWhile(line => line != "## Paths").Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
        .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
        .SelectMany(line => line.Split('|')[1].Split('`').Where((_, index) => index % 2 == 1))
        .SelectMany(Spelled)];

    private static IEnumerable<string> Spelled(string pattern)
    {
        int open = pattern.IndexOf('{', StringComparison.Ordinal);
        int close = pattern.IndexOf('}', StringComparison.Ordinal);
        return open < 0 ? [pattern] : pattern[(open + 1)..close].Split(',').SelectMany(name => Spelled(pattern[..open] + name + pattern[(close + 1)..]));
    }

    /// <summary>Files and links; numbers of processes, threads, descriptors, processors and caches stand as N.</summary>
    private static IEnumerable<string> Below(SpecialFixture fixture, string path) => fixture.List(s_self, path)
        .Where(name => !int.TryParse(name, out _))
        .SelectMany(name => fixture.Get(s_self, $"{path}/{name}") is SpecialDirectory && name is not ("task" or "fd" or "fdinfo")
            ? Below(fixture, $"{path}/{name}")
            : [$"/{path}/{name}"])
        .Select(found => System.Text.RegularExpressions.Regex.Replace(found, "/(cpu|index)[0-9]+/", "/${1}N/"))
        .Distinct();
}
