namespace VirtualRoot.Cli.Demo;

/// <summary>A static program for the demonstration.</summary>
/// <param name="File">Where it is on this machine.</param>
/// <param name="Name">Its name in the root.</param>
/// <param name="Arguments">Its arguments, that make it list /proc/self and its own /proc/self/exe.</param>
/// <param name="Origin">What it is and how it was come by.</param>
internal sealed record DemoProgram(string File, string Name, IReadOnlyList<string> Arguments, string Origin)
{
    /// <summary>Its path in the root.</summary>
    public string PathInRoot => "/bin/" + Name;
}
