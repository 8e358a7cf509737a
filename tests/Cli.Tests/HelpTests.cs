using System.CommandLine;
using VirtualRoot.Cli.Commands;

namespace VirtualRoot.Cli.Tests;

public sealed class HelpTests
{
    private static readonly string[] s_commands =
    [
        "push", "ls", "cat", "run", "mount", "build-directory", "commit", "unmount", "serve", "cas serve", "doctor", "demo",
    ];

    public static TheoryData<string> Commands => [.. s_commands];

    [Theory, MemberData(nameof(Commands))]
    public void Help_OfEachCommand_HasDescriptionAndRunnableExamples(string command)
    {
        string help = HelpOf([.. command.Split(' '), "--help"]);
        string[] examples = [.. help[help.IndexOf("Examples:", StringComparison.Ordinal)..].Split('\n').Skip(1).Where(line => line.Length > 0)];
        Assert.Contains("Description:", help, StringComparison.Ordinal);
        Assert.NotEmpty(examples);
        Assert.All(examples, example => Assert.Contains("vroot " + command, example, StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Commands))]
    public void Examples_OfEachCommand_Parse(string command)
    {
        RootCommand root = VRootCommandLine.Create();
        string help = HelpOf([.. command.Split(' '), "--help"]);
        foreach (string example in help[help.IndexOf("Examples:", StringComparison.Ordinal)..].Split('\n').Skip(1).Where(line => line.Length > 0))
        {
            int start = example.IndexOf("vroot " + command, StringComparison.Ordinal) + "vroot ".Length;
            string line = example[start..].Split("   ")[0].Split(" | ")[0].Split(" > ")[0].Split(" && ")[0].Split("; ")[0].TrimEnd(')');
            Assert.Null(CommandLineFaults.Describe(root.Parse(line.Replace("$ROOT", "abc/1", StringComparison.Ordinal).Split(' '))));
        }
    }

    [Fact]
    public void Help_OfVroot_ListsEveryCommand()
    {
        string help = HelpOf(["--help"]);
        Assert.All(s_commands, command => Assert.Contains("\n  " + command.Split(' ')[0], help, StringComparison.Ordinal));
    }

    [Fact]
    public void Help_ReadyDescriptorOfBackground_IsHidden() =>
        Assert.DoesNotContain("--ready-fd", HelpOf(["mount", "--help"]), StringComparison.Ordinal);

    private static string HelpOf(string[] arguments)
    {
        using StringWriter output = new();
        int status = VRootCommandLine.Create().Parse(arguments).Invoke(new InvocationConfiguration { Output = output });
        Assert.Equal(0, status);
        return output.ToString();
    }
}
