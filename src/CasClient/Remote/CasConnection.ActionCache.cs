using VirtualRoot.CasClient.Protos;
using VirtualRoot.CasClient.Results;

namespace VirtualRoot.CasClient.Remote;

/// <summary>The action cache.</summary>
public sealed partial class CasConnection
{
    /// <summary>The result that the server has for an action; null: none.</summary>
    /// <param name="action">The digest of the <c>Action</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CasException">Unavailable, Denied; Malformed: what it answered is no result.</exception>
    public async Task<Results.ActionResult?> GetActionResultAsync(Digest action, CancellationToken cancellationToken = default)
    {
        var request = new GetActionResultRequest
        {
            InstanceName = _options.Instance,
            ActionDigest = action.ToMessage(),
            DigestFunction = action.Function.ToMessage(),
        };
        try
        {
            return ActionResultMessage.To(await Retries.ExecuteAsync(
                token => CallAsync(CasMethods.GetActionResult, request, $"the result of action {action}", action, token), null, cancellationToken));
        }
        catch (CasException exception) when (exception.InnerException is Grpc.RpcException { StatusCode: Grpc.StatusCode.NotFound })
        {
            return null;
        }
    }

    /// <summary>Stores an action's result; its outputs must be in the CAS already.</summary>
    /// <param name="action">The digest of the <c>Action</c>.</param>
    /// <param name="result">What it left.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CasException">Unavailable, Denied; Missing: the CAS lacks an output.</exception>
    public async Task UpdateActionResultAsync(Digest action, Results.ActionResult result, CancellationToken cancellationToken = default)
    {
        var request = new UpdateActionResultRequest
        {
            InstanceName = _options.Instance,
            ActionDigest = action.ToMessage(),
            ActionResult = ActionResultMessage.From(result),
            DigestFunction = action.Function.ToMessage(),
        };
        await Retries.ExecuteAsync(
            token => CallAsync(CasMethods.UpdateActionResult, request, $"storing the result of action {action}", action, token), null, cancellationToken);
    }
}
