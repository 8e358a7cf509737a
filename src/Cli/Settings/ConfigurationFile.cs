using System.Text.Json;
using VirtualRoot.Cli.Output;

namespace VirtualRoot.Cli.Settings;

/// <summary>The configuration file: one JSON object whose keys are <see cref="SettingNames"/>.</summary>
internal sealed class ConfigurationFile
{
    private readonly Dictionary<string, string> _values = [];
    private readonly Dictionary<string, string[]> _ofServe = [];
    private readonly string _path;

    private ConfigurationFile(string path) => _path = path;

    /// <summary>The file's headers.</summary>
    public List<KeyValuePair<string, string>> Headers { get; } = [];

    /// <summary>Reads a file.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="mayBeMissing">Nobody named it: it is the default one.</param>
    /// <returns>null if it is missing and may be.</returns>
    /// <exception cref="CliException">It cannot be read, is not JSON, or has keys or values that mean nothing.</exception>
    public static ConfigurationFile? Read(string path, bool mayBeMissing)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException && mayBeMissing)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"cannot read the configuration file {path}: {exception.Message}", ExitCode.Usage, exception);
        }

        return Parse(path, bytes);
    }

    /// <summary>Understands a file's bytes.</summary>
    /// <exception cref="CliException">As <see cref="Read"/>.</exception>
    internal static ConfigurationFile Parse(string path, ReadOnlyMemory<byte> json)
    {
        ConfigurationFile file = new(path);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw CliException.Usage($"the configuration file {path} is not a JSON object: write {{ \"cas\": \"grpc://…\" }}");
            }

            file.Take(document.RootElement);
        }
        catch (JsonException exception)
        {
            throw new CliException($"the configuration file {path} is not JSON: {exception.Message}", ExitCode.Usage, exception);
        }

        return file;
    }

    /// <summary>A setting of one value.</summary>
    public SettingValue? Find(string name) =>
        _values.TryGetValue(name, out string? text) ? new SettingValue(text, $"\"{name}\" in {_path}") : null;

    /// <summary>The values of an option in the object of one command.</summary>
    /// <returns>null: it is not there.</returns>
    public IReadOnlyList<SettingValue>? Find(string section, string name) =>
        section == SettingNames.Serve && _ofServe.TryGetValue(name, out string[]? texts)
            ? [.. texts.Select(text => new SettingValue(text, $"\"{section}.{name}\" in {_path}"))]
            : null;

    private void Take(JsonElement settings)
    {
        List<string> unknown = [];
        foreach (JsonProperty property in settings.EnumerateObject())
        {
            if (property.Name == SettingNames.Headers)
            {
                TakeHeaders(property.Value);
            }
            else if (property.Name == SettingNames.Serve)
            {
                TakeServe(property.Value, unknown);
            }
            else if (property.Name == SettingNames.Schema)
            {
                continue;
            }
            else if (Array.IndexOf(SettingNames.Single, property.Name) < 0)
            {
                unknown.Add($"\"{PrintableText.Of(property.Name)}\"");
            }
            else
            {
                _values[property.Name] = property.Value.ValueKind switch
                {
                    JsonValueKind.String => property.Value.GetString()!,
                    JsonValueKind.Number => property.Value.GetRawText(),
                    _ => throw CliException.Usage($"\"{property.Name}\" in {_path} is neither a string nor a number"),
                };
            }
        }

        if (unknown.Count > 0)
        {
            throw CliException.Usage(
                $"the configuration file {_path} has unknown keys: {string.Join(", ", unknown)}; known are {string.Join(", ", SettingNames.Single)}, {SettingNames.Headers}, {SettingNames.Serve}, and in {SettingNames.Serve} {string.Join(", ", SettingNames.OfServe)}");
        }
    }

    private void TakeServe(JsonElement options, List<string> unknown)
    {
        if (options.ValueKind != JsonValueKind.Object)
        {
            throw CliException.Usage($"\"serve\" in {_path} is not an object: write {{ \"slots\": 16 }}");
        }

        foreach (JsonProperty option in options.EnumerateObject())
        {
            if (Array.IndexOf(SettingNames.OfServe, option.Name) < 0)
            {
                unknown.Add($"\"serve.{PrintableText.Of(option.Name)}\"");
            }
            else
            {
                _ofServe[option.Name] = option.Value.ValueKind == JsonValueKind.Array
                    ? [.. option.Value.EnumerateArray().Select(value => ValueOf(option.Name, value))]
                    : [ValueOf(option.Name, option.Value)];
            }
        }
    }

    private string ValueOf(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => throw CliException.Usage($"\"serve.{name}\" in {_path} has a value that is none: write a string, a number, true or false"),
    };

    private void TakeHeaders(JsonElement headers)
    {
        if (headers.ValueKind != JsonValueKind.Object)
        {
            throw CliException.Usage($"\"headers\" in {_path} is not an object: write {{ \"authorization\": \"Bearer …\" }}");
        }

        foreach (JsonProperty header in headers.EnumerateObject())
        {
            if (header.Value.ValueKind != JsonValueKind.String)
            {
                throw CliException.Usage($"\"headers.{PrintableText.Of(header.Name)}\" in {_path} is not a string");
            }

            Headers.Add(new(header.Name, header.Value.GetString()!));
        }
    }
}
