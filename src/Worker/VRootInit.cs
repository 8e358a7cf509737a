namespace VirtualRoot.Worker;

/// <summary>Where vroot-init is, and how it is called.</summary>
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

    /// <summary>The argv of vroot-init for an action.</summary>
    internal static List<string> CommandLine(ActionOptions options, int statusDescriptor, int lifeDescriptor)
    {
        List<string> line =
        [
            "vroot-init", "--root", options.RootDirectory, "--chdir", options.WorkingDirectory,
            "--status-fd", Number(statusDescriptor), "--life-fd", Number(lifeDescriptor),
        ];
        AddNumber(line, "--uid", options.Uid);
        AddNumber(line, "--gid", options.Gid);
        AddFlag(line, "--pid-ns", options.Namespaces.HasFlag(ActionNamespaces.Pid));
        AddFlag(line, "--ipc-ns", options.Namespaces.HasFlag(ActionNamespaces.Ipc));
        AddFlag(line, "--uts-ns", options.Namespaces.HasFlag(ActionNamespaces.Uts));
        AddFlag(line, "--net-ns", options.Namespaces.HasFlag(ActionNamespaces.Network));
        AddFlag(line, "--user-ns", options.Namespaces.HasFlag(ActionNamespaces.User));
        AddFlag(line, "--no-new-privs", options.NoNewPrivileges);
        AddFlag(line, "--session", options.NewSession);
        if (options.HostName is { } hostName)
        {
            line.AddRange(["--hostname", hostName]);
        }

        foreach (ResourceLimit limit in options.Limits)
        {
            line.AddRange(["--rlimit", limit.ToString()]);
        }

        line.Add("--");
        line.AddRange(options.Arguments);
        return line;
    }

    private static void AddFlag(List<string> line, string option, bool wanted)
    {
        if (wanted)
        {
            line.Add(option);
        }
    }

    private static void AddNumber(List<string> line, string option, uint? value)
    {
        if (value is { } number)
        {
            line.AddRange([option, Number(number)]);
        }
    }

    private static string Number(long value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
