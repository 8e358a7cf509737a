using Google.Protobuf.WellKnownTypes;
using VirtualRoot.CasClient;
using VirtualRoot.Grpc;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.Serve.Tests.Faults;

/// <summary>One action of chance, and what may become of it.</summary>
internal sealed class FaultedAction
{
    public const int FailingExitCode = 3;

    private const string Work = "set -e; cat in/a/* in/b/* > out/small; busybox cp in/large out/large; busybox sha256sum < in/large; ";

    // Of a hundred; the first is all the rest.
    private static readonly (ActionKind Kind, int Share)[] s_kinds =
    [
        (ActionKind.Leaving, 6), (ActionKind.Failing, 7), (ActionKind.Cancelled, 6), (ActionKind.Abandoned, 5), (ActionKind.TimedOut, 4),
        (ActionKind.Missing, 5), (ActionKind.Damaged, 5),
    ];

    private readonly Digest _absent = DigestHasher.Compute(DigestFunction.Sha256, Guid.NewGuid().ToByteArray());
    private readonly ActionInputs _inputs;

    private FaultedAction(ActionKind kind, ActionInputs inputs, TimeSpan patience)
    {
        Kind = kind;
        _inputs = inputs;
        Patience = patience;
    }

    public ActionKind Kind { get; }

    public Digest Digest { get; private set; }

    /// <summary>How long the client of one that is cancelled or abandoned waits.</summary>
    public TimeSpan Patience { get; }

    /// <summary>Makes one, with all it needs in the CAS. <paramref name="mark"/> is in the environment of its processes.</summary>
    public static FaultedAction Make(Random random, int number, ServedWorker worker, string mark, Action<Digest> damage, ActionKind? kind = null)
    {
        FaultedAction action = new(kind ?? KindOf(random.Next(100)), new ActionInputs(random, number), TimeSpan.FromMilliseconds(random.Next(1500)));
        Digest damaged = default;
        if (action.Kind == ActionKind.Damaged)
        {
            damaged = worker.Put(Guid.NewGuid().ToByteArray());
            damage(damaged);
        }

        action.Digest = BusyboxRoot.Action(
            worker,
            action.Script,
            command =>
            {
                command.OutputPaths.Add(["out/large", "out/small"]);
                command.EnvironmentVariables.Insert(0, new Protos.Command.Types.EnvironmentVariable { Name = "MARK", Value = mark });
            },
            root =>
            {
                action._inputs.AddTo(root, worker);
                if (action.Kind is ActionKind.Missing or ActionKind.Damaged)
                {
                    BusyboxRoot.AddFile(root, "unfit", action.Kind == ActionKind.Missing ? action._absent : damaged);
                }
            },
            message => message.Timeout = action.Kind == ActionKind.TimedOut ? new Duration { Seconds = 2 } : null);
        return action;
    }

    /// <summary>What is wrong with the way in which it ended; null: nothing.</summary>
    public string? FaultOf(Protos.ExecuteResponse response)
    {
        StatusCode code = (StatusCode)response.Status.Code;
        return code == StatusCode.OK ? FaultOf(response.Result)
            : response.CachedResult ? "a failure came from the cache"
            : FaultOf(code) ?? (code == StatusCode.FailedPrecondition ? FaultOf(response.Status) : null);
    }

    /// <summary>What is wrong with a call's end by a status alone.</summary>
    public string? FaultOf(StatusCode code) => code switch
    {
        StatusCode.Unavailable or StatusCode.DataLoss => null,
        StatusCode.Cancelled when Kind is ActionKind.Cancelled => null,
        StatusCode.DeadlineExceeded when Kind is ActionKind.TimedOut => null,
        StatusCode.FailedPrecondition when Kind is ActionKind.Missing => null,
        _ => $"{code}",
    };

    /// <summary>What is wrong with a result, of a run or in the cache.</summary>
    public string? FaultOf(Protos.ActionResult result)
    {
        int expected = Kind == ActionKind.Failing ? FailingExitCode : 0;
        string sum = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(_inputs.Large)) + "  -\n";
        return Kind is not (ActionKind.Whole or ActionKind.Leaving or ActionKind.Failing) ? "it has a result"
            : result.ExitCode != expected ? $"exit code {result.ExitCode}: {result.StderrRaw.ToStringUtf8()}"
            : result.StdoutRaw.ToStringUtf8() != sum ? $"standard output is '{result.StdoutRaw.ToStringUtf8()}'"
            : Names(result) != $"out/large {Of(_inputs.Large)}, out/small {Of(_inputs.Small)}" ? $"outputs are {Names(result)}"
            : null;
    }

    private string Script => Work + Kind switch
    {
        ActionKind.Leaving => "(busybox setsid sleep 9999 &); sleep 9999 & exit 0",
        ActionKind.Failing => $"exit {FailingExitCode}",
        ActionKind.Cancelled or ActionKind.Abandoned or ActionKind.TimedOut => "busybox setsid sleep 9999 & sleep 9999",
        ActionKind.Missing or ActionKind.Damaged => "cat unfit || exit 0",
        _ => "exit 0",
    };

    private static ActionKind KindOf(int number)
    {
        foreach ((ActionKind kind, int share) in s_kinds)
        {
            if ((number -= share) < 0)
            {
                return kind;
            }
        }

        return ActionKind.Whole;
    }

    private static string Names(Protos.ActionResult result) => string.Join(", ", result.OutputFiles.Select(static file => $"{file.Path} {file.Digest.Hash}/{file.Digest.SizeBytes}"));

    private static Digest Of(byte[] bytes) => DigestHasher.Compute(DigestFunction.Sha256, bytes);

    private string? FaultOf(Protos.Status status)
    {
        string[] subjects = [.. status.Details.SelectMany(static detail => detail.Unpack<Protos.PreconditionFailure>().Violations).Select(static violation => $"{violation.Type} {violation.Subject}")];
        return subjects is [var only] && only == $"MISSING blobs/{_absent}" ? null : $"violations are {string.Join(", ", subjects)}";
    }
}
