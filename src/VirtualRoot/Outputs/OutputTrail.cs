using VirtualRoot.CasClient;

namespace VirtualRoot.Outputs;

/// <summary>Where a walk is, for messages: put together only when one is needed.</summary>
/// <param name="Above">The directory above; null for the output itself.</param>
/// <param name="Name">The name, or how the output itself is called.</param>
internal sealed record OutputTrail(OutputTrail? Above, string Name)
{
    public OutputTrail Then(ReadOnlySpan<byte> name) => new(this, EscapedText.Of(name));

    /// <inheritdoc/>
    public override string ToString()
    {
        List<string> names = [];
        OutputTrail trail = this;
        for (; trail.Above is { } above; trail = above)
        {
            names.Add(trail.Name);
        }

        names.Reverse();
        return names.Count == 0 ? trail.Name : $"'{string.Join('/', names)}' in {trail.Name}";
    }
}
