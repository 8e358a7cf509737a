namespace VirtualRoot.Worker;

/// <summary>A limit of each process of an action. Lowering needs nothing; raising a hard limit needs CAP_SYS_RESOURCE.</summary>
/// <param name="Resource">What is limited.</param>
/// <param name="Soft">The limit in force, in the kernel's unit (bytes, seconds, descriptors); null: unlimited.</param>
/// <param name="Hard">How far the action itself may raise it; null: unlimited.</param>
public readonly record struct ResourceLimit(LimitedResource Resource, ulong? Soft, ulong? Hard)
{
    /// <summary>For messages: <c>name=soft:hard</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() =>
#pragma warning disable CA1308 // setrlimit's names are written in lower case by every shell.
        FormattableString.Invariant($"{Resource.ToString().ToLowerInvariant()}={Text(Soft)}:{Text(Hard)}");
#pragma warning restore CA1308

    private static string Text(ulong? value) => value is { } number ? FormattableString.Invariant($"{number}") : "unlimited";
}
