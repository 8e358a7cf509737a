using VirtualRoot.CasClient;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.CasServer.Execution;

/// <summary>Where results of actions are kept.</summary>
internal interface IActionCache
{
    /// <summary>The result, all of whose outputs are in the CAS; null: none.</summary>
    /// <exception cref="CasException">It cannot be asked.</exception>
    Task<Protos.ActionResult?> FindAsync(string instance, Digest action, CancellationToken cancellationToken);

    /// <summary>Keeps a result.</summary>
    /// <exception cref="CasException">It cannot be kept.</exception>
    Task KeepAsync(string instance, Digest action, Protos.ActionResult result, CancellationToken cancellationToken);
}
