using Microsoft.Extensions.Logging;
using VirtualRoot.Building;
using VirtualRoot.CasClient;
using VirtualRoot.CasServer.Execution;
using VirtualRoot.Grpc;
using VirtualRoot.Linux;
using VirtualRoot.Outputs;
using VirtualRoot.Scratch;
using VirtualRoot.Tree;
using VirtualRoot.Worker;
using VirtualRoot.Worker.Cgroups;

namespace VirtualRoot.Cli.Serving;

/// <summary>What REAPI calls the ways in which an action can fail here. A command that fails by itself is none of them.</summary>
internal static class ActionFailures
{
    /// <summary>Whether <see cref="Of(Exception)"/> knows it.</summary>
    public static bool IsKnown(Exception exception) =>
        exception is CasException or OutputException or BuildDirectoryException or ScratchException or CgroupException or IOException or UnauthorizedAccessException;

    /// <summary>What kept a root from being made, or outputs from being captured.</summary>
    public static ActionStatus Of(Exception exception) => exception switch
    {
        CasException failure => ActionStatus.Of(failure),
        OutputException failure => new ActionStatus(CodeOf(failure.Kind), failure.Message),
        BuildDirectoryException { Kind: BuildDirectoryErrorKind.Closed } => new ActionStatus(StatusCode.Unavailable, exception.Message),
        _ => new ActionStatus(StatusCode.ResourceExhausted, $"the worker cannot stage the action: {exception.Message}"),
    };

    /// <summary>Inputs that could not be had; null: none was missed. All the missing blobs are told at once.</summary>
    public static ActionStatus? Of(InputFailures failures)
    {
        IReadOnlyList<CasException> first = failures.First;
        if (first.Count == 0)
        {
            return null;
        }

        // What the client can mend comes first: it uploads the missing ones and tries again.
        CasException worst = first.FirstOrDefault(static failure => failure.Kind == CasErrorKind.Missing) ?? first[0];
        return ActionStatus.Of(worst) with
        {
            Missing = worst.Kind != CasErrorKind.Missing ? [] :
                [.. first.Where(static failure => failure.Kind == CasErrorKind.Missing).Select(static failure => failure.Digest).OfType<Digest>().Distinct()],
        };
    }

    /// <summary>An end that is none of the command's; null: it is the command's own, also where it was not found.</summary>
    public static ActionStatus? Of(ActionOutcome outcome) => outcome switch
    {
        { Kind: ActionOutcomeKind.TimedOut } => new ActionStatus(StatusCode.DeadlineExceeded, outcome.Message!),
        { Kind: ActionOutcomeKind.ExecFailed, FailedStep: "exec" or "interpreter" } => null,
        { Kind: ActionOutcomeKind.ExecFailed, FailedStep: "chdir" } => new ActionStatus(StatusCode.InvalidArgument, outcome.Message!),
        { Kind: ActionOutcomeKind.ExecFailed, Error: Errno.EAGAIN or Errno.ENOMEM or Errno.ENOSPC or Errno.EMFILE or Errno.ENFILE } =>
            new ActionStatus(StatusCode.ResourceExhausted, outcome.Message!),
        { Kind: ActionOutcomeKind.ExecFailed } => new ActionStatus(StatusCode.Internal, outcome.Message!),
        _ => null,
    };

    /// <summary>What an operator should see of it: what the worker or its CAS lacked, but not what a client did wrong.</summary>
    public static LogLevel LevelOf(ActionStatus status) =>
        status.Code is StatusCode.Internal or StatusCode.DataLoss or StatusCode.Unavailable or StatusCode.ResourceExhausted ? LogLevel.Warning : LogLevel.Information;

    private static StatusCode CodeOf(OutputErrorKind kind) => kind switch
    {
        OutputErrorKind.InvalidPath => StatusCode.InvalidArgument,
        OutputErrorKind.NotExpressible => StatusCode.FailedPrecondition,
        OutputErrorKind.Changing => StatusCode.Aborted,
        _ => StatusCode.ResourceExhausted,
    };
}
