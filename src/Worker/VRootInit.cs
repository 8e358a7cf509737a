namespace VirtualRoot.Worker;

/// <summary>Where vroot-init is.</summary>
public static class VRootInit
{
    /// <summary>The environment variable that names another vroot-init.</summary>
    public const string Variable = "VROOT_INIT";

    /// <summary>Finds vroot-init: the path given, that of <see cref="Variable"/>, or the one beside this program.</summary>
    /// <param name="path">A path that goes before all others; null: none.</param>
    /// <returns>An absolute path of a file that exists.</returns>
    /// <exception cref="FileNotFoundException">It is not there; the message says how to get it.</exception>
    public static string Find(string? path = null)
    {
        path ??= Environment.GetEnvironmentVariable(Variable);
        path = Path.GetFullPath(string.IsNullOrEmpty(path) ? Path.Combine(AppContext.BaseDirectory, "vroot-init") : path);
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException($"{path} is missing: run eng/build, which makes it, or name another by {Variable}", path);
    }
}
