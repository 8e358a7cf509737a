namespace VirtualRoot.Special.Sys;

/// <summary>One cache of a processor, by which .NET and others choose the size of their buffers.</summary>
/// <param name="Files">Names and texts that are the same at each processor.</param>
/// <param name="IsShared">Whether all processors share it.</param>
internal sealed record ProcessorCache(IReadOnlyList<(string Name, string Text)> Files, bool IsShared)
{
    private const string Host = "/sys/devices/system/cpu/cpu0/cache";

    /// <summary>Names of the texts, in the order of <see cref="Of"/>.</summary>
    private static readonly string[] s_names = ["level", "type", "size", "coherency_line_size", "number_of_sets", "ways_of_associativity"];

    /// <summary>Those of the hermetic machine.</summary>
    public static ProcessorCache[] Hermetic { get; } = [
        Of(isShared: false, "1", "Data", "32K", "64", "64", "8"),
        Of(isShared: false, "1", "Instruction", "32K", "64", "64", "8"),
        Of(isShared: false, "2", "Unified", "1024K", "64", "1024", "16"),
        Of(isShared: true, "3", "Unified", "16384K", "64", "16384", "16")];

    // Read once: 32 files are four times what all else of a root's making takes.
    private static readonly Lazy<ProcessorCache[]> s_ofThisMachine = new(ReadThisMachine);

    /// <summary>Those of the machine's first processor; none where /sys does not tell (a virtual machine's may not).</summary>
    public static ProcessorCache[] OfThisMachine => s_ofThisMachine.Value;

    private static ProcessorCache[] ReadThisMachine()
    {
        List<ProcessorCache> found = [];
        while (Directory.Exists($"{Host}/index{found.Count}"))
        {
            string index = $"{Host}/index{found.Count}";
            (string, string)[] files = [.. s_names.Where(name => File.Exists($"{index}/{name}")).Select(name => (name, File.ReadAllText($"{index}/{name}")))];
            bool isShared = File.Exists(index + "/shared_cpu_list") && File.ReadAllText(index + "/shared_cpu_list").AsSpan().ContainsAny('-', ',');
            found.Add(new ProcessorCache(files, isShared));
        }

        return [.. found];
    }

    private static ProcessorCache Of(bool isShared, params string[] texts) => new([.. s_names.Zip(texts, static (name, text) => (name, text + "\n"))], isShared);
}
