using VirtualRoot.CasServer.Execution;
using VirtualRoot.Cli.Output;

namespace VirtualRoot.Cli.Serving.Status;

/// <summary>An action's command line for people: printable, on one line, and not longer than one looks at.</summary>
internal static class CommandText
{
    private const int MaxLength = 400;

    /// <summary>The arguments, with blanks between them.</summary>
    public static string Of(PreparedAction action)
    {
        string whole = string.Empty;
        foreach (string argument in action.Command.Arguments)
        {
            // An argument may have megabytes, and there may be many: no more of them is looked at than is shown.
            whole += (whole.Length == 0 ? string.Empty : " ") + PrintableText.Of(argument[..Math.Min(argument.Length, MaxLength)]);
            if (whole.Length > MaxLength)
            {
                return whole[..(char.IsHighSurrogate(whole[MaxLength - 1]) ? MaxLength - 1 : MaxLength)] + "…";
            }
        }

        return whole;
    }
}
