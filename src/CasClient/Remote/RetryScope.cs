namespace VirtualRoot.CasClient.Remote;

/// <summary>How a failure may be retried.</summary>
internal enum RetryScope
{
    /// <summary>Not at all: the answer would be the same.</summary>
    Never,

    /// <summary>A few times: it may pass (a quota, a reset told as INTERNAL), or never will (a message beyond a limit).</summary>
    FewTimes,

    /// <summary>Until the deadline: the server is away.</summary>
    UntilDeadline,
}
