using System.CommandLine;
using System.CommandLine.Help;

namespace VirtualRoot.Cli.Commands;

/// <summary>The whole command line.</summary>
internal static class VRootCommandLine
{
    /// <summary>Examples of the help of vroot itself.</summary>
    public static readonly string[] Examples =
    [
        "vroot demo                              see it work",
        "ROOT=$(vroot push /path/to/tree)        put a tree into the CAS",
        "vroot run $ROOT -- bin/program          run a program in it",
        "vroot doctor                            what this machine has and lacks",
    ];

    /// <summary>Builds it.</summary>
    public static RootCommand Create()
    {
        RootCommand root = new("Serves Remote Execution API input roots from a CAS as chroot-ready file systems, lazily, with /proc and /dev");
        root.Directives.Clear(); // [suggest] and [diagram] would take what a caller may well mean as an argument.
        root.Subcommands.Add(new PushCommand());
        root.Subcommands.Add(new ListCommand());
        root.Subcommands.Add(new CatCommand());
        root.Subcommands.Add(new RunCommand());
        root.Subcommands.Add(new MountCommand());
        root.Subcommands.Add(new BuildDirectoryCommand());
        root.Subcommands.Add(new CommitCommand());
        root.Subcommands.Add(new UnmountCommand());
        root.Subcommands.Add(new ServeCommand());
        Command cas = new("cas", "The embedded CAS");
        cas.Subcommands.Add(new CasServeCommand());
        root.Subcommands.Add(cas);
        root.Subcommands.Add(new DoctorCommand());
        root.Subcommands.Add(new DemoCommand());
        foreach (HelpOption help in root.Options.OfType<HelpOption>())
        {
            help.Action = new HelpWithExamples((HelpAction)help.Action!);
        }

        return root;
    }
}
