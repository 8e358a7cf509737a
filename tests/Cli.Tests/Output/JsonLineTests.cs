using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using VirtualRoot.Cli.Output;

namespace VirtualRoot.Cli.Tests.Output;

public sealed class JsonLineTests
{
    [Fact]
    public void Of_ValuesOfAMessage_StandUnderTheirNamesInTheirTypes()
    {
        JsonObject line = Read(JsonLine.Of(LogLevel.Warning, "text", "Happened",
        [
            new("ExitCode", 3), new("Seconds", 1.5), new("Action", "abc/1"), new("IsLast", true), new("Nothing", null), new("Names", new[] { "a", "b" }),
            new("Odd", double.NaN), new("{OriginalFormat}", "text"),
        ]));

        Assert.Equal(
            ["time", "level", "event", "message", "exitCode", "seconds", "action", "isLast", "nothing", "names", "odd"],
            line.Select(static property => property.Key));
        Assert.Equal(("warning", "Happened", "text"), ((string)line["level"]!, (string)line["event"]!, (string)line["message"]!));
        Assert.Equal((3, 1.5, "abc/1", true), ((int)line["exitCode"]!, (double)line["seconds"]!, (string)line["action"]!, (bool)line["isLast"]!));
        Assert.Equal((null, "a b", "NaN"), (line["nothing"], (string)line["names"]!, (string)line["odd"]!));
    }

    [Fact]
    public void Of_ValueNamedAsAFieldOfTheLine_DoesNotMakeTwoOfIt()
    {
        JsonObject line = Read(JsonLine.Of(LogLevel.Error, "mine", null, [new("Message", "theirs"), new("Level", "theirs")]));

        Assert.Equal(("mine", "error"), ((string)line["message"]!, (string)line["level"]!));
    }

    [Theory]
    [InlineData("two\nlines\r\n\u001b[31m\0", "two\nlines\r\n\u001b[31m\0")]
    [InlineData("\"},{\"", "\"},{\"")]
    public void Of_AnyText_IsOneLineThatCanBeRead(string message, string expected) =>
        Assert.Equal(expected, (string)Read(JsonLine.Of(LogLevel.Error, message, exception: message))["message"]!);

    [Fact] // an attribute cannot hold what is no UTF-16
    public void Of_ByteThatIsNoUtf8_IsReplaced() =>
        Assert.Equal("byte \ufffd in a path", (string)Read(JsonLine.Of(LogLevel.Error, "byte \udc80 in a path"))["message"]!);

    private static JsonObject Read(ReadOnlySpan<byte> line)
    {
        string text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(line);
        Assert.Equal(text.Length - 1, text.IndexOf('\n', StringComparison.Ordinal));
        return JsonNode.Parse(text)!.AsObject();
    }
}
