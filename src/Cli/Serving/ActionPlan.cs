using Microsoft.Win32.SafeHandles;
using VirtualRoot.Building;
using VirtualRoot.CasServer.Execution;
using VirtualRoot.Linux;
using VirtualRoot.Mounting;
using VirtualRoot.Outputs;
using VirtualRoot.Special;
using VirtualRoot.Tree;
using VirtualRoot.Worker;

namespace VirtualRoot.Cli.Serving;

/// <summary>An action in the terms of the root that is made for it, of the launcher, and of the capture.</summary>
internal sealed class ActionPlan(PreparedAction action, WorkerOptions options)
{
    private const ActionNamespaces Own = ActionNamespaces.Pid | ActionNamespaces.Ipc | ActionNamespaces.Uts;

    /// <summary>The root.</summary>
    public BuildRootOptions Root => new()
    {
        Root = options.Root with
        {
            InputRoot = action.InputRoot,
            Inputs = action.Platform.ReadOnlyInputs is { } isReadOnly ? isReadOnly ? InputMode.ReadOnly : InputMode.CopyOnWrite : options.Root.Inputs,
        },
        Special = Special,
        Limits = options.Limits,
        Outputs = Outputs,
    };

    /// <summary>Where /proc, /sys and /dev come from.</summary>
    public SpecialModes Special => action.Platform.Special switch
    {
        null => options.Special,
        SpecialTier.Synthesized => SpecialModes.Synthesized,
        SpecialTier.Kernel => SpecialModes.Kernel,
        SpecialTier.Off => SpecialModes.Off,
        _ => SpecialModes.Auto,
    };

    /// <summary>The outputs. Where there are output_paths, the two older fields are for older servers.</summary>
    private OutputRequest Outputs => new()
    {
        WorkingDirectory = action.Command.WorkingDirectory,
        Paths = action.Command.OutputPaths,
        Files = action.Command.OutputPaths.Count > 0 ? [] : action.Command.OutputFiles,
        Directories = action.Command.OutputPaths.Count > 0 ? [] : action.Command.OutputDirectories,
        DirectoryFormat = action.Command.DirectoryFormat,
        Properties = (action.Command.NodeProperties.Contains("mtime") ? OutputProperties.ModificationTime : OutputProperties.None)
            | (action.Command.NodeProperties.Contains("unix_mode") ? OutputProperties.UnixMode : OutputProperties.None),
        MaxInlineTextBytes = options.MaxInlineTextBytes,
    };

    /// <summary>The command, in <paramref name="root"/>.</summary>
    /// <param name="root">Where; its output texts are the command's.</param>
    /// <param name="nothing">/dev/null: standard input, and all that vroot-init itself has of the three.</param>
    public ActionOptions Command(BuildRoot root, SafeFileHandle nothing)
    {
        TimeSpan before = root.Root.Statistics.InputWait;
        return new ActionOptions
        {
            RootDirectory = root.RootPath,
            Arguments = action.Command.Arguments,
            Environment = Environment(),
            WorkingDirectory = "/" + action.Command.WorkingDirectory,
            Stdin = nothing,
            Stdout = nothing,
            Stderr = nothing,
            StdoutPath = root.StdoutPath,
            StderrPath = root.StderrPath,
            Uid = options.Uid,
            Gid = options.Gid,
            Namespaces = action.Platform.Network ?? options.Network ? Own : Own | ActionNamespaces.Network,
            Special = SpecialPlan.Make(Special, root.Root.Specials, options.Limits, options.StatfsAnswers, UserNamespace.IsInitial()),
            NoNewPrivileges = true,
            NewSession = true,
            Timeout = action.Timeout,
            ExcludedTime = () => Lesser(root.Root.Statistics.InputWait - before, options.MaxInputWait),
            Limits = options.ProcessLimits,
            InitStarted = root.SetActionInit,
        };
    }

    /// <summary>Whether the command may be a file of the working directory: a name alone that PATH does not lead to. Before
    /// REAPI 2.3 names were relative to it, and Bazel still calls tools at a workspace's top by their name.</summary>
    public bool MayBeInWorkingDirectory(ActionOutcome outcome) =>
        outcome is { Kind: ActionOutcomeKind.ExecFailed, FailedStep: "exec", Error: Errno.ENOENT }
        && !action.Command.Arguments[0].Contains('/', StringComparison.Ordinal);

    private static TimeSpan Lesser(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private List<string> Environment()
    {
        List<string> environment = [.. action.Command.Environment.Select(static variable => $"{variable.Key}={variable.Value}")];
        if (options.SetTemporaryDirectory && !action.Command.Environment.Any(static variable => variable.Key == "TMPDIR"))
        {
            environment.Add("TMPDIR=/tmp");
        }

        return environment;
    }
}
