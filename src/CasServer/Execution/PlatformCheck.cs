using VirtualRoot.CasClient;
using VirtualRoot.Grpc;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.CasServer.Execution;

/// <summary>The platform properties that mean something here.</summary>
internal sealed class PlatformCheck
{
    private const string OwnPrefix = "vroot:";

    private readonly Dictionary<string, string> _own = new(StringComparer.Ordinal);
    private readonly List<string> _notes = [];
    private readonly List<string> _unknown = [];

    /// <summary>What is asked for.</summary>
    /// <exception cref="ActionRefusedException">INVALID_ARGUMENT: a value that the property does not have; FAILED_PRECONDITION:
    /// a property that this worker does not meet.</exception>
    public static ActionPlatform Check(Protos.Platform? platform, UnknownProperties unknown)
    {
        PlatformCheck check = new();
        foreach (Protos.Platform.Types.Property property in platform?.Properties ?? [])
        {
            check.Take(property.Name, property.Value);
        }

        if (check._unknown.Count > 0)
        {
            string names = string.Join(", ", check._unknown.Take(16));
            if (unknown == UnknownProperties.Refuse)
            {
                throw Refused(
                    StatusCode.FailedPrecondition, $"platform properties that this worker does not know: {names}; leave them out, or start it with --unknown-properties ignore");
            }

            check._notes.Add($"ignored unknown platform properties: {names}");
        }

        return new ActionPlatform
        {
            Special = check.Own("special", ("auto", SpecialTier.Auto), ("synthesized", SpecialTier.Synthesized), ("kernel", SpecialTier.Kernel), ("off", SpecialTier.Off)),
            Network = check.Own("network", ("on", true), ("off", false)),
            ReadOnlyInputs = check.Own("inputs", ("read-only", true), ("copy-on-write", false)),
            Notes = check._notes,
        };
    }

    private static ActionRefusedException Refused(StatusCode code, string message) => new(new ActionStatus(code, message));

    private void Take(string name, string value)
    {
        switch (name)
        {
            case "container-image" or "dockerImage":
                _notes.Add($"ignored {name}: the action's root is its input root, and no container's");
                break;
            case "OSFamily" when value.Equals("linux", StringComparison.OrdinalIgnoreCase):
                break;
            case "OSFamily":
                throw Refused(StatusCode.FailedPrecondition, $"OSFamily '{EscapedText.Of(value)}': this worker is a linux one");
            case "vroot:special" or "vroot:network" or "vroot:inputs":
                if (!_own.TryAdd(name, value) && _own[name] != value)
                {
                    throw Refused(StatusCode.InvalidArgument, $"platform property {name} is given twice, with two values");
                }

                break;
            default:
                _unknown.Add($"'{EscapedText.Of(name)}'");
                break;
        }
    }

    private T? Own<T>(string name, params ReadOnlySpan<(string Text, T Value)> values)
        where T : struct
    {
        if (!_own.TryGetValue(OwnPrefix + name, out string? stated))
        {
            return null;
        }

        List<string> known = [];
        foreach ((string text, T value) in values)
        {
            if (text == stated)
            {
                return value;
            }

            known.Add(text);
        }

        throw Refused(
            StatusCode.InvalidArgument, $"platform property {OwnPrefix}{name} is '{EscapedText.Of(stated)}': it may be {string.Join(", ", known)}");
    }
}
