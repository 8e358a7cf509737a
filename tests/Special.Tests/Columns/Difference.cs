using System.IO.Enumeration;
using System.Text.Json.Nodes;

namespace VirtualRoot.Special.Tests.Columns;

/// <summary>A difference between a root and real mounts that is meant, or not ours to mend.</summary>
/// <param name="Subjects">Which subjects, with <c>*</c> for any letters.</param>
/// <param name="Fields">Which of their fields.</param>
/// <param name="Columns">Where it is seen; none: everywhere.</param>
/// <param name="Root">What is seen in the root; null: whatever it is (then say in the reason why it varies).</param>
/// <param name="Reason">Why.</param>
public sealed record Difference(IReadOnlyList<string> Subjects, IReadOnlyList<string> Fields, IReadOnlyList<Column>? Columns, JsonNode? Root, string Reason)
{
    /// <summary>Whether it is about that field there.</summary>
    public bool IsAbout(string subject, string field, Column column) =>
        IsAbout(subject) && Fields.Contains(field) && (Columns is null || Columns.Contains(column));

    /// <summary>Whether it is about a field of that subject.</summary>
    public bool IsAbout(string subject) => Subjects.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, subject, ignoreCase: false));
}
