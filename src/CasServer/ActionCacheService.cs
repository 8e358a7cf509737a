using Google.Protobuf;
using VirtualRoot.CasClient;
using VirtualRoot.CasServer.Execution;
using VirtualRoot.Grpc;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.CasServer;

/// <summary>REAPI <c>ActionCache</c>: a result is shown only while every blob that it names is here.</summary>
internal sealed class ActionCacheService(ActionResultStore results, ActionOutputs outputs, RequestCheck check)
{
    private const int MaxResultBytes = 4 * 1024 * 1024;

    public Task<Protos.ActionResult> GetActionResult(Protos.GetActionResultRequest request, ServerCallContext context)
    {
        check.Instance(request.InstanceName);
        Digest action = RequestCheck.Digest(request.ActionDigest, request.DigestFunction);
        byte[] bytes = results.TryGet(request.InstanceName, action)
            ?? throw new RpcException(StatusCode.NotFound, $"action {action} has no result here");
        Protos.ActionResult result = Protos.ActionResult.Parser.ParseFrom(bytes);
        IReadOnlyList<Digest> missing = outputs.FindMissing(result);
        return missing.Count == 0
            ? Task.FromResult(result)
            : throw new RpcException(StatusCode.NotFound, $"the result of action {action} names blob {missing[0]}, which is gone");
    }

    public Task<Protos.ActionResult> UpdateActionResult(Protos.UpdateActionResultRequest request, ServerCallContext context)
    {
        check.Instance(request.InstanceName);
        Digest action = RequestCheck.Digest(request.ActionDigest, request.DigestFunction);
        Protos.ActionResult result = request.ActionResult
            ?? throw new RpcException(StatusCode.InvalidArgument, $"there is no action_result for action {action}");
        byte[] bytes = result.ToByteArray();
        if (bytes.Length > MaxResultBytes)
        {
            throw new RpcException(
                StatusCode.ResourceExhausted, $"the result of action {action} has {bytes.Length} bytes; the limit is {MaxResultBytes}: name blobs instead");
        }

        IReadOnlyList<Digest> missing = outputs.FindMissing(result);
        if (missing.Count > 0)
        {
            throw StatusMessage.ToException(new ActionStatus(
                StatusCode.FailedPrecondition, $"the result of action {action} names blob {missing[0]}, which is not in this CAS: upload the outputs first")
            {
                Missing = missing,
            });
        }

        results.Put(request.InstanceName, action, bytes);
        return Task.FromResult(result);
    }
}
