using System.Globalization;

namespace VirtualRoot.Model.Tests.Support;

/// <summary>How long and from which seed: eng/soak asks for more than eng/test, a developer for what failed.</summary>
internal static class TestSettings
{
    private const int DefaultSeed = 811_398_821;

    /// <summary>VROOT_SEED, else always the same, since eng/test says whether a change may land; eng/soak draws new ones. The tests print it.</summary>
    public static int Seed { get; } = Number("VROOT_SEED", DefaultSeed);

    /// <summary>VROOT_MODEL_OPERATIONS: random operations on a mount and a plain directory.</summary>
    public static int Operations { get; } = Number("VROOT_MODEL_OPERATIONS", 10_000);

    /// <summary>VROOT_FILE_OPERATIONS: of each process on a single file.</summary>
    public static int FileOperations { get; } = Number("VROOT_FILE_OPERATIONS", 1_000);

    /// <summary>VROOT_STRESS_SECONDS.</summary>
    public static int StressSeconds { get; } = Number("VROOT_STRESS_SECONDS", 20);

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
