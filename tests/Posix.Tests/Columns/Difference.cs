using System.Text.Json.Nodes;

namespace VirtualRoot.Posix.Tests.Columns;

/// <summary>A difference between a mounted root and a plain directory that is meant, or not ours to mend.</summary>
/// <param name="Case">The case's name, with <c>@input</c> or <c>@created</c>; without it both.</param>
/// <param name="Columns">Where it is seen; none: everywhere.</param>
/// <param name="Mount">What is seen in the root; never what a plain directory shows.</param>
/// <param name="Reason">Why.</param>
public sealed record Difference(string Case, IReadOnlyList<Column>? Columns, JsonNode? Mount, string Reason)
{
    public bool IsAbout(string name, Column column) =>
        (name == Case || name.Split('@')[0] == Case) && (Columns is null || Columns.Contains(column));
}
