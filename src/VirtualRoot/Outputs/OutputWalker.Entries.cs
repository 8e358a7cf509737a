using System.Text;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Directories;
using VirtualRoot.CasClient.Results;
using VirtualRoot.Nodes;
using VirtualRoot.Tree;

namespace VirtualRoot.Outputs;

/// <content>Single files and links, as REAPI tells them.</content>
internal sealed partial class OutputWalker
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private CapturedFile Input(DirectoryListing listing, int index, NodeProperties properties, string name = "")
    {
        CapturedFile captured = new(name, listing.IsExecutable(index), properties) { Digest = listing.GetDigest(index) };
        Known.Add(captured);
        return captured;
    }

    private CapturedFile Changed(string name, TreeFile file)
    {
        const uint AnyExecute = 0x49; // 0111
        file.GetAttributes(out NodeAttributes attributes);
        bool isExecutable = (attributes.Permissions & AnyExecute) != 0;
        bool isKnown = file.TryGetBlob(out Digest digest);
        CapturedFile captured = new(name, isExecutable, PropertiesOf(attributes)) { Digest = digest, Written = isKnown ? null : file };
        (isKnown ? Known : Written).Add(captured);
        return captured;
    }

    private CapturedLink Changed(string name, TreeLink link, OutputTrail trail)
    {
        link.GetAttributes(out NodeAttributes attributes);
        string target = Decode(link.Target) ?? throw Refused(trail, "is a symbolic link whose target is not UTF-8, which REAPI cannot express: remove it");
        return new CapturedLink(name, target, PropertiesOf(attributes));
    }

    private NodeProperties PropertiesOf(in NodeAttributes attributes) => Asked(new NodeProperties
    {
        ModificationTime = (attributes.ModificationTime.Seconds, attributes.ModificationTime.Nanoseconds),
        UnixMode = attributes.Permissions,
    });

    private static NodeProperties PropertiesOf(DirectoryListing listing, int index) => new()
    {
        ModificationTime = listing.TryGetModificationTime(index, out long seconds, out uint nanoseconds) ? (seconds, nanoseconds) : null,
        UnixMode = listing.TryGetUnixMode(index, out uint mode) ? mode : null,
    };

    private NodeProperties Asked(in NodeProperties properties) => new()
    {
        ModificationTime = request.Properties.HasFlag(OutputProperties.ModificationTime) ? properties.ModificationTime : null,
        UnixMode = request.Properties.HasFlag(OutputProperties.UnixMode) ? properties.UnixMode : null,
    };

    private static string? Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return s_strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static OutputException Refused(OutputTrail trail, string why) => new(OutputErrorKind.NotExpressible, $"{trail} {why}");
}
