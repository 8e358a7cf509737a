namespace VirtualRoot.Model.Tests.Operations;

/// <summary>An operation whose answers differ: it is the last of <paramref name="Script"/>.</summary>
internal sealed record Mismatch(string[] Script, string OnMount, string OnPlain)
{
    private const int Shown = 25;

    public override string ToString()
    {
        (string mount, string plain) = FirstDifference();
        return $"""
            operation {Script.Length}: {Script[^1]}
            on the mount:           {mount}
            in a plain directory:   {plain}
            the script (Programs/operations.c performs it{(Script.Length > Shown ? "; its end" : "")}):
            {string.Join('\n', Script.TakeLast(Shown))}
            """;
    }

    /// <summary>Of trees, the first line that is not the same.</summary>
    private (string Mount, string Plain) FirstDifference()
    {
        string[] mount = OnMount.Split('\n');
        string[] plain = OnPlain.Split('\n');
        int at = 0;
        while (at < mount.Length - 1 && at < plain.Length - 1 && Answers.AreAlike(mount[at], plain[at]))
        {
            at++;
        }

        return (mount[at], plain[at]);
    }
}
