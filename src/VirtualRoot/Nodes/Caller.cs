namespace VirtualRoot.Nodes;

/// <summary>Who sent a request, as <c>fuse_in_header</c> tells it.</summary>
/// <param name="ThreadId">The thread's id in the PID namespace that mounted; 0 if the caller is outside it.</param>
/// <param name="Uid">The caller's fsuid.</param>
/// <param name="Gid">The caller's fsgid.</param>
/// <param name="Request">The request's <c>unique</c>, by which one request of a mount is told from all others; 0 if there is none.</param>
public readonly record struct Caller(int ThreadId, uint Uid, uint Gid, ulong Request = 0);
