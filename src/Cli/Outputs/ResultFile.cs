using System.Text;
using VirtualRoot.CasClient.Results;

namespace VirtualRoot.Cli.Outputs;

/// <summary>The file of <c>--result</c>.</summary>
internal static class ResultFile
{
    /// <summary>Writes it: JSON where the name says so, else the message's bytes.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string path, ActionResult result)
    {
        bool isJson = path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
        File.WriteAllBytes(path, isJson ? Encoding.UTF8.GetBytes(ActionResultEncoding.ToJson(result) + "\n") : ActionResultEncoding.Encode(result));
    }
}
