namespace VirtualRoot.Grpc.Client;

/// <summary>Who stopped a call on this side: a cancelled operation alone does not tell.</summary>
internal enum CallEnding
{
    None,
    Caller,
    Deadline,
    Disposed,
    Finished,
}
