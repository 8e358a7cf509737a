using Microsoft.Extensions.Logging;
using VirtualRoot.Fuse;
namespace VirtualRoot.Special;
/// <summary>x</summary>
public sealed class SpecialWorkers(ILogger l) : IDisposable
{
    /// <summary>x</summary>
    public void Run(FusePendingReply pending, Action<FusePendingReply> work) => pending.CompleteWith(Task.Run(() => { work(pending); _ = l; }));
    /// <summary>x</summary>
    public void Dispose() { }
}
