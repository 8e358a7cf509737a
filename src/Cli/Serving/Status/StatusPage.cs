using System.Security.Cryptography;
using System.Text;

namespace VirtualRoot.Cli.Serving.Status;

/// <summary>
/// The page at <c>/</c>: the same for everybody; its one script asks for <see cref="StatusJson"/> and writes what it gets as
/// text. Actions' arguments are hostile: no markup is ever made of them, and the browser is told to run nothing but the script.
/// </summary>
internal static class StatusPage
{
    private static readonly string s_text = Read();

    /// <summary>The page.</summary>
    public static ReadOnlyMemory<byte> Html { get; } = Encoding.UTF8.GetBytes(s_text);

    /// <summary>What its browser may do: run this script, apply this style, and ask this server.</summary>
    public static string ContentSecurityPolicy { get; } =
        $"default-src 'none'; script-src {HashOf("script")}; style-src {HashOf("style")}; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static string Read()
    {
        using Stream stream = typeof(StatusPage).Assembly.GetManifestResourceStream("StatusPage.html")!;
        using StreamReader reader = new(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static string HashOf(string element)
    {
        int start = s_text.IndexOf($"<{element}>", StringComparison.Ordinal) + element.Length + 2;
        int end = s_text.IndexOf($"</{element}>", StringComparison.Ordinal);
        return $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(s_text[start..end])))}'";
    }
}
