using Google.Protobuf;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Remote;
using VirtualRoot.CasClient.Storage;
using VirtualRoot.Grpc;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.CasServer.Execution;

/// <summary>Reads the messages of an action from the CAS and checks them: what comes out can be run.</summary>
internal sealed class ActionLoader(ExecutionOptions options, BlobStore store)
{
    // An Action names two digests, a platform and a salt; a Command has arguments, and Linux takes some 2 MiB of them.
    private const int MaxActionBytes = 1024 * 1024;
    private const int MaxCommandBytes = 16 * 1024 * 1024;

    /// <summary>The action, whose command and input root are in the CAS.</summary>
    /// <exception cref="ActionRefusedException">It cannot be run; the status says why.</exception>
    public async Task<PreparedAction> LoadAsync(Digest digest, string instance, CancellationToken cancellationToken)
    {
        try
        {
            Protos.Action action = Parse(Protos.Action.Parser, "Action", digest, await ReadAsync("Action", digest, MaxActionBytes, cancellationToken).ConfigureAwait(false));
            Digest command = Named(action.CommandDigest, "command_digest", digest);
            Digest inputRoot = Named(action.InputRootDigest, "input_root_digest", digest);
            TimeSpan timeout = new TimeLimit(options.DefaultTimeout, options.MaxTimeout).Of(action.Timeout);
            await RequireAsync([("Command", command), ("input root", inputRoot)], cancellationToken).ConfigureAwait(false);
            Protos.Command message = Parse(Protos.Command.Parser, "Command", command, await ReadAsync("Command", command, MaxCommandBytes, cancellationToken).ConfigureAwait(false));
            return new PreparedAction
            {
                Action = digest,
                Instance = instance,
                InputRoot = inputRoot,
                Command = CommandCheck.Check(message),
                Timeout = timeout,
                Platform = PlatformCheck.Check(action.Platform ?? message.Platform, options.UnknownProperties),
                DoNotCache = action.DoNotCache,
            };
        }
        catch (CasException exception)
        {
            throw new ActionRefusedException(ActionStatus.Of(exception));
        }
    }

    private static Digest Named(Protos.Digest? message, string field, in Digest action) => !WireDigest.TryParse(message, out Digest digest)
        ? throw Invalid($"{field} of action {action} is malformed: '{EscapedText.Of(message?.Hash ?? string.Empty)}/{message?.SizeBytes}'")
        : digest.Function == action.Function ? digest
        : throw Invalid($"{field} of action {action} is of {digest.Function}, and the action of {action.Function}");

    private static T Parse<T>(MessageParser<T> parser, string what, in Digest digest, byte[] bytes)
        where T : IMessage<T>
    {
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (Exception exception) when (ProtobufFault.Is(exception))
        {
            throw Invalid($"blob {digest}, named as the {what}, is no {what} message");
        }
    }

    private static ActionRefusedException Invalid(string message) => new(new ActionStatus(StatusCode.InvalidArgument, message));

    private async Task RequireAsync((string What, Digest Digest)[] blobs, CancellationToken cancellationToken)
    {
        // What is here needs no call; the empty blob is everywhere.
        Digest[] asked = [.. blobs.Select(static blob => blob.Digest).Where(digest => digest.SizeBytes > 0 && !store.Contains(digest)).Distinct()];
        if (asked.Length == 0)
        {
            return;
        }

        HashSet<Digest> missing = [.. await options.Cas.Sink.FindMissingAsync(asked, cancellationToken).ConfigureAwait(false)];
        (string What, Digest Digest)[] lacking = [.. blobs.Where(blob => missing.Contains(blob.Digest))];
        if (lacking.Length > 0)
        {
            throw new ActionRefusedException(StatusMessage.OfMissing(lacking));
        }
    }

    private async Task<byte[]> ReadAsync(string what, Digest digest, int maxBytes, CancellationToken cancellationToken)
    {
        if (digest.SizeBytes > maxBytes)
        {
            throw Invalid($"the {what} {digest} has more than {maxBytes} bytes");
        }

        byte[] bytes = await ReadAsync(what, digest, cancellationToken).ConfigureAwait(false);
        if (DigestHasher.Compute(digest.Function, bytes) == digest)
        {
            return bytes;
        }

        // Damaged on disk. Once it is dropped, another CAS gives it again, and without one its client does: it is missing.
        store.Remove(digest);
        return await ReadAsync(what, digest, cancellationToken).ConfigureAwait(false);
    }

    private async Task<byte[]> ReadAsync(string what, Digest digest, CancellationToken cancellationToken)
    {
        try
        {
            using BlobLease lease = await options.Cas.Blobs.OpenAsync(digest, cancellationToken).ConfigureAwait(false);
            return StoredBytes.ReadAll(lease);
        }
        catch (CasException exception) when (exception.Kind == CasErrorKind.Missing)
        {
            throw new ActionRefusedException(StatusMessage.OfMissing([(what, digest)]));
        }
    }
}
