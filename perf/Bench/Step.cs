namespace VirtualRoot.Bench;

/// <summary>One row of a table: an operation of <see cref="ChildLoop"/>, or "!COMMAND" for the shell, done <paramref name="Count"/> times.</summary>
internal sealed record Step(string Title, string Operation, int Count);
