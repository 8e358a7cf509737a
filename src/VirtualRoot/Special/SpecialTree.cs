using Microsoft.Extensions.Logging;
using VirtualRoot.Nodes;
namespace VirtualRoot.Special;
/// <summary>x</summary>
public sealed class SpecialTree(NodeTable t, SpecialOptions o, ILogger l) : IDisposable
{
    /// <summary>x</summary>
    public SpecialDirectory Proc { get; } = null!;
    /// <summary>x</summary>
    public SpecialDirectory Dev { get; } = null!;
    /// <summary>x</summary>
    public void SetActionInit(int pid) { _ = (t, o, l, pid, Proc); }
    /// <summary>x</summary>
    public void Dispose() { }
}
