using VirtualRoot.Cli.Output;
using VirtualRoot.Special;
using VirtualRoot.Worker;

namespace VirtualRoot.Cli.Settings;

/// <summary>How people write where /proc, /sys and /dev come from: one mode for all, or <c>proc=kernel,dev=off</c>.</summary>
internal static class SpecialText
{
    public const string Modes = "auto, synthesized, passthrough, kernel or off";

    /// <summary>The modes; what is not mentioned is auto.</summary>
    /// <exception cref="CliException">A word that means nothing.</exception>
    public static SpecialModes Read(SettingValue? value)
    {
        SpecialModes modes = SpecialModes.Auto;
        foreach (string word in value?.Text.Split(',') ?? [])
        {
            string[] parts = word.Split('=');
            modes = parts switch
            {
                [var all] => Of(all, value!.Value) is var mode && mode == SpecialMode.Kernel
                    ? SpecialModes.Kernel
                    : new SpecialModes(mode, mode, mode),
                ["proc", var mode] => modes with { Proc = Of(mode, value!.Value) },
                ["sys", var mode] => modes with { Sys = NotKernel("sys", Of(mode, value!.Value), value.Value) },
                ["dev", var mode] => modes with { Dev = NotKernel("dev", Of(mode, value!.Value), value.Value) },
                _ => throw CliException.Usage($"{value!.Value.Origin}: '{PrintableText.Of(word)}' is none of proc=MODE, sys=MODE and dev=MODE"),
            };
        }

        return modes;
    }

    /// <summary>Whether statfs is answered.</summary>
    /// <exception cref="CliException">A word that means nothing.</exception>
    public static StatfsAnswers ReadStatfs(SettingValue? value) => value switch
    {
        null or { Text: "auto" } => StatfsAnswers.Auto,
        { Text: "on" } => StatfsAnswers.On,
        { Text: "off" } => StatfsAnswers.Off,
        { } other => throw CliException.Usage($"{other.Origin}: '{PrintableText.Of(other.Text)}' is none of auto, on and off"),
    };

    /// <summary>A real procfs cannot be cut to limits.</summary>
    /// <exception cref="CliException">Both are asked for.</exception>
    public static void RequireWholeMachine(SpecialModes modes, MachineLimits limits)
    {
        if (modes.Proc == SpecialMode.Kernel && limits is not { Cpus: null, MemoryBytes: null, Profile: MachineProfile.Live })
        {
            throw CliException.Usage("a real procfs tells of the whole machine: leave out --cpus, --memory and --machine hermetic, or use --special synthesized");
        }
    }

    /// <summary>The modes of a root whose use of them is traced: what a real procfs is asked passes us by.</summary>
    /// <exception cref="CliException">A real procfs is asked for.</exception>
    public static SpecialModes Traceable(SpecialModes modes) => modes.Proc switch
    {
        SpecialMode.Kernel => throw CliException.Usage("--trace-special cannot see what a real procfs is asked: use --special synthesized"),
        SpecialMode.Auto => modes with { Proc = SpecialMode.Synthesized },
        _ => modes,
    };

    private static SpecialMode Of(string text, SettingValue value) => text switch
    {
        "auto" => SpecialMode.Auto,
        "synthesized" => SpecialMode.Synthesized,
        "passthrough" => SpecialMode.Passthrough,
        "kernel" => SpecialMode.Kernel,
        "off" => SpecialMode.Off,
        _ => throw CliException.Usage($"{value.Origin}: '{PrintableText.Of(text)}' is none of {Modes}"),
    };

    private static SpecialMode NotKernel(string name, SpecialMode mode, SettingValue value) => mode != SpecialMode.Kernel
        ? mode
        : throw CliException.Usage($"{value.Origin}: only /proc can be the kernel's, since {(name == "sys" ? "a sysfs would show the whole machine" : "devices are not an action's to make")}: write proc=kernel");
}
