namespace VirtualRoot.Cli.Mounting;

/// <summary>How this program is started once more.</summary>
internal static class OwnCommand
{
    /// <summary>The program's path, and behind it, where the dotnet host runs it, its library.</summary>
    public static List<string> Line()
    {
        string program = Environment.ProcessPath ?? throw new CliException("/proc is not mounted: vroot cannot find its own file");
        return Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? [program, Path.GetFullPath(Environment.GetCommandLineArgs()[0])]
            : [program];
    }
}
