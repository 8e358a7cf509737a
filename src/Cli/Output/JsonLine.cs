using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace VirtualRoot.Cli.Output;

/// <summary>
/// A log line as one JSON object: <c>time</c>, <c>level</c>, <c>message</c>, where it has one <c>event</c> and
/// <c>exception</c>, and the message's own values under their names, such as <c>action</c>, <c>operation</c> and <c>root</c>.
/// </summary>
internal static class JsonLine
{
    private const string Template = "{OriginalFormat}";

    private static readonly JsonWriterOptions s_options = new()
    {
        // What follows is read by programs, and by people in a terminal; no line of it stands in a web page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    // A value of a message under one of these names would make two of them.
    private static readonly HashSet<string> s_taken = ["time", "level", "event", "message", "exception"];

    /// <summary>The object, with its end of line.</summary>
    /// <param name="level">How bad it is.</param>
    /// <param name="message">For people.</param>
    /// <param name="eventName">What kind of message; null: it has no name.</param>
    /// <param name="values">The message's values by name.</param>
    /// <param name="exception">The cause, as text.</param>
    public static ReadOnlySpan<byte> Of(
        LogLevel level, string message, string? eventName = null, IEnumerable<KeyValuePair<string, object?>>? values = null, string? exception = null)
    {
        ArrayBufferWriter<byte> line = new(512);
        using (Utf8JsonWriter json = new(line, s_options))
        {
            json.WriteStartObject();
            json.WriteString("time", DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
            json.WriteString("level", NameOf(level));
            if (eventName is not null)
            {
                json.WriteString("event", eventName);
            }

            json.WriteString("message", message);
            foreach ((string name, object? value) in values ?? [])
            {
                if (name != Template && JsonNamingPolicy.CamelCase.ConvertName(name) is var key && !s_taken.Contains(key))
                {
                    Write(json, key, value);
                }
            }

            if (exception is not null)
            {
                json.WriteString("exception", exception);
            }

            json.WriteEndObject();
        }

        line.Write("\n"u8);
        return line.WrittenSpan;
    }

    /// <summary>A level's name, as <c>--log-level</c> takes it.</summary>
    public static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warning",
        _ => "error",
    };

    private static void Write(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNull(name);
                break;
            case int or long or uint:
                json.WriteNumber(name, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double number when double.IsFinite(number):
                json.WriteNumber(name, number);
                break;
            case bool truth:
                json.WriteBoolean(name, truth);
                break;
            case IEnumerable list and not string:
                json.WriteString(name, string.Join(' ', list.Cast<object?>()));
                break;
            default:
                json.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }
}
