using System.CommandLine;
using System.Globalization;
using VirtualRoot.Cli.Output;
using VirtualRoot.Worker;

namespace VirtualRoot.Cli.Settings;

/// <summary>Limits as setrlimit(2) and prlimit(1) name them: <c>nofile=1024:4096</c>, <c>core=0</c>, <c>stack=unlimited</c>.</summary>
internal static class ResourceLimitText
{
    private static readonly string s_names = string.Join(", ", Enum.GetValues<LimitedResource>().Select(NameOf));

    /// <summary>The option that states them.</summary>
    /// <param name="of">What is limited.</param>
    /// <param name="byDefault">What holds where nothing is said.</param>
    public static Option<string[]> Option(string of, string byDefault) => new("--rlimit")
    {
        HelpName = "NAME=SOFT[:HARD]",
        Description = $"Limit of {of} (setrlimit(2)), each a number or unlimited; any number of times. NAME: {s_names} [default: {byDefault}]",
        AllowMultipleArgumentsPerToken = false,
    };

    /// <summary>The limits that <paramref name="texts"/> state, besides those of <paramref name="byDefault"/> that they do not.</summary>
    /// <param name="byDefault">What holds where nothing is said.</param>
    /// <param name="texts">NAME=SOFT[:HARD]; without HARD it is SOFT, too.</param>
    /// <exception cref="CliException">One means nothing, or its like was stated before.</exception>
    public static IReadOnlyList<ResourceLimit> Read(IReadOnlyList<ResourceLimit> byDefault, IEnumerable<SettingValue> texts)
    {
        List<ResourceLimit> stated = [];
        foreach ((string text, string origin) in texts)
        {
            ResourceLimit limit = Parse(text, origin);
            if (stated.Any(other => other.Resource == limit.Resource))
            {
                throw CliException.Usage($"{origin}: {NameOf(limit.Resource)} is limited twice: give it once, as NAME=SOFT:HARD");
            }

            stated.Add(limit);
        }

        return [.. byDefault.Where(limit => !stated.Any(other => other.Resource == limit.Resource)), .. stated];
    }

    private static ResourceLimit Parse(string text, string origin)
    {
        if (text.Split('=') is not [var name, var value])
        {
            throw CliException.Usage($"{origin}: '{PrintableText.Of(text)}' is not NAME=SOFT[:HARD]: write nofile=1024 or nofile=1024:4096");
        }

        LimitedResource[] found = Array.FindAll(Enum.GetValues<LimitedResource>(), resource => NameOf(resource) == name);
        if (found.Length == 0)
        {
            throw CliException.Usage($"{origin}: there is no limit '{PrintableText.Of(name)}'; there are {s_names}");
        }

        string[] values = value.Split(':');
        if (values.Length > 2 || !TryParse(values[0], out ulong? soft) || !TryParse(values[^1], out ulong? hard))
        {
            throw CliException.Usage($"{origin}: '{PrintableText.Of(value)}' of {name} is not SOFT[:HARD]: each a number, in the kernel's unit (bytes, seconds, descriptors), or unlimited");
        }

        return (soft ?? ulong.MaxValue) <= (hard ?? ulong.MaxValue)
            ? new ResourceLimit(found[0], soft, hard)
            : throw CliException.Usage($"{origin}: the soft limit of {name}, {PrintableText.Of(values[0])}, is above the hard one, {PrintableText.Of(values[1])}");
    }

    private static bool TryParse(string text, out ulong? value)
    {
        value = null;
        if (text == "unlimited")
        {
            return true;
        }

        bool isNumber = ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) && number != ulong.MaxValue;
        value = number;
        return isNumber;
    }

#pragma warning disable CA1308 // setrlimit's names are written in lower case by every shell.
    private static string NameOf(LimitedResource resource) => resource.ToString().ToLowerInvariant();
#pragma warning restore CA1308
}
