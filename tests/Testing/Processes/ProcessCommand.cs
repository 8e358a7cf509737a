namespace VirtualRoot.Testing.Processes;

/// <summary>What to start: absolute program, arguments, the whole environment, and as whom.</summary>
public sealed record ProcessCommand(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>Everything that the child sees; null: this process's own.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    public string WorkingDirectory { get; init; } = "/";

    /// <summary>null: as this process.</summary>
    public uint? Uid { get; init; }

    /// <summary>What the child reads from its standard input, which ends after it.</summary>
    public byte[] Input { get; init; } = [];

    /// <summary>The same for <see cref="System.Diagnostics.Process"/>.</summary>
    internal System.Diagnostics.ProcessStartInfo ToStartInfo()
    {
        List<string> words = [];
        if (Uid is { } uid)
        {
            // Neither a capability nor a supplementary group is left: an ordinary user, as in a container.
            words.AddRange(["/usr/bin/setpriv", "--reuid", $"{uid}", "--regid", $"{uid}", "--clear-groups", "--inh-caps=-all", "--"]);
        }

        words.Add(Program);
        words.AddRange(Arguments);
        System.Diagnostics.ProcessStartInfo start = new(words[0], words[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = WorkingDirectory,
        };
        if (Environment is not null)
        {
            start.Environment.Clear();
            foreach ((string name, string value) in Environment)
            {
                start.Environment[name] = value;
            }
        }

        return start;
    }

    public override string ToString() => string.Join(' ', Arguments.Prepend(Program)) + (Uid is { } uid ? $" (as uid {uid})" : "");
}
