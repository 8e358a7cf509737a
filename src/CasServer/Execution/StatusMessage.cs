using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using VirtualRoot.CasClient;
using VirtualRoot.Grpc;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.CasServer.Execution;

/// <summary>Statuses as google.rpc has them: within a response, and as the end of a call.</summary>
internal static class StatusMessage
{
    // A trailer of gRPC holds some 8 KiB: that many names are enough to upload the next ones.
    private const int MaxViolations = 32;

    // The same trailers hold the message, in up to three bytes for each of a character's.
    private const int MaxMessageLength = 1500;

    /// <summary>The message, with a violation for each missing blob.</summary>
    public static Protos.Status From(ActionStatus status)
    {
        Protos.Status message = new() { Code = (int)status.Code, Message = Short(status.Message) };
        if (status.Missing.Count > 0)
        {
            Protos.PreconditionFailure failure = new();
            failure.Violations.AddRange(status.Missing.Take(MaxViolations).Select(static digest => new Protos.PreconditionFailure.Types.Violation
            {
                Type = "MISSING",
                Subject = $"blobs/{digest}",
            }));
            message.Details.Add(Any.Pack(failure));
        }

        return message;
    }

    /// <summary>The end of a call, with the same details.</summary>
    public static RpcException ToException(ActionStatus status, Exception? innerException = null) =>
        new(new Status(status.Code, Short(status.Message), status.Missing.Count > 0 ? From(status).ToByteArray() : default), null, innerException);

    /// <summary>Blobs that the client should upload first.</summary>
    public static ActionStatus OfMissing(IReadOnlyList<(string What, Digest Digest)> missing) => new(
        StatusCode.FailedPrecondition,
        $"{string.Join(", ", missing.Select(static blob => $"the {blob.What} {blob.Digest}"))}: not in the CAS; upload it and try again")
    {
        Missing = [.. missing.Select(static blob => blob.Digest)],
    };

    private static string Short(string message) => message.Length <= MaxMessageLength ? message : message[..MaxMessageLength] + "…";
}
