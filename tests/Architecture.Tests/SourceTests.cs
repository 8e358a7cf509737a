using System.Text.RegularExpressions;

namespace VirtualRoot.Architecture.Tests;

/// <summary>House rules that a reader of one file can see, checked over all of them.</summary>
public sealed partial class SourceTests
{
    private const int MaxLines = 500;

    private static readonly string[] s_all = [.. Checkout.Sources("src"), .. Checkout.Sources("tests"), .. Checkout.Sources("perf")];

    [Fact]
    public void LibraryImport_IsOnlyInLinux() => AssertNone(
        s_all.Where(path => path.Contains("/src/", StringComparison.Ordinal) && !path.Contains("/src/Linux/", StringComparison.Ordinal)),
        text => text.Contains("[LibraryImport", StringComparison.Ordinal) || text.Contains("[DllImport", StringComparison.Ordinal));

    [Fact]
    public void File_IsShorterThan500Lines() => AssertNone(s_all, text => text.Count(character => character == '\n') >= MaxLines);

    [Fact]
    public void Namespace_EqualsTheFolder()
    {
        IEnumerable<string> wrong = Checkout.Sources("src").Where(path =>
        {
            Match found = NamespaceLine().Match(File.ReadAllText(path));
            string[] parts = Path.GetDirectoryName(Checkout.Relative(path))!.Split('/')[1..];
            string expected = parts[0] == "VirtualRoot" ? string.Join('.', parts) : "VirtualRoot." + string.Join('.', parts);
            return found.Success && found.Groups[1].Value != expected;
        });
        Assert.Empty(wrong.Select(Checkout.Relative));
    }

    [Fact]
    public void FileName_IsTheTypes()
    {
        IEnumerable<string> wrong = Checkout.Sources("src").Where(path =>
        {
            string text = File.ReadAllText(path);
            string name = Path.GetFileName(path).Split('.')[0];
            return NamespaceLine().IsMatch(text) && !Regex.IsMatch(text, $@"\b(class|struct|interface|enum|record|delegate [\w<>?\[\]]+)\s+(struct\s+|class\s+)?{Regex.Escape(name)}\b");
        });
        Assert.Empty(wrong.Select(Checkout.Relative));
    }

    [Fact]
    public void Names_AreNotEmptyWords() => Assert.DoesNotContain(
        s_all.Select(path => Path.GetFileNameWithoutExtension(path)!), name => EmptyWord().IsMatch(name));

    [Fact]
    public void Code_HasNoAsyncVoidAndNoBlockingOnTasks() => AssertNone(
        s_all.Where(path => path.Contains("/src/", StringComparison.Ordinal)),
        text => AsyncVoid().IsMatch(text));

    [Fact]
    public void Code_HasNoLeftovers() => AssertNone(s_all.Where(path => !path.EndsWith("/SourceTests.cs", StringComparison.Ordinal)), text => Leftover().IsMatch(text));

    [Fact]
    public void LogMessages_OfOneFile_HaveNumbersOfTheirOwn() => AssertNone(
        s_all, text => EventId().Matches(text).GroupBy(static match => match.Groups[1].Value).Any(static group => group.Count() > 1));

    private static void AssertNone(IEnumerable<string> files, Func<string, bool> isWrong)
    {
        string[] looked = [.. files];
        Assert.NotEmpty(looked);
        Assert.Empty(looked.Where(path => isWrong(File.ReadAllText(path))).Select(Checkout.Relative));
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex("(Utils?|Helpers?|Manager|Common)$")]
    private static partial Regex EmptyWord();

    [GeneratedRegex(@"\basync void\b|\.GetAwaiter\(\)\.GetResult\(\)|lock \(this\)")]
    private static partial Regex AsyncVoid();

    [GeneratedRegex(@"\[LoggerMessage\(\s*(\d+)")]
    private static partial Regex EventId();

    [GeneratedRegex(@"NotImplementedException|\bTODO\b|\bFIXME\b|\bHACK\b|Skip *= *""")]
    private static partial Regex Leftover();
}
