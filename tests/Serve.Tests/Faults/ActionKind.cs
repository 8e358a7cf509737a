namespace VirtualRoot.Serve.Tests.Faults;

/// <summary>How an action ends where nothing is in its way.</summary>
internal enum ActionKind
{
    /// <summary>It reads all inputs, writes outputs of them, and succeeds.</summary>
    Whole,

    /// <summary>The same, with processes that it leaves behind.</summary>
    Leaving,

    /// <summary>It reads all inputs and fails by itself.</summary>
    Failing,

    /// <summary>Its client takes it back while it waits or runs.</summary>
    Cancelled,

    /// <summary>Its client goes away while it waits or runs.</summary>
    Abandoned,

    /// <summary>It runs into its time limit.</summary>
    TimedOut,

    /// <summary>An input is not in the CAS.</summary>
    Missing,

    /// <summary>An input is damaged in the CAS.</summary>
    Damaged,
}
