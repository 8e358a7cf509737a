using System.Globalization;
using Spectre.Console;
using VirtualRoot.CasClient.Uploads;
using VirtualRoot.Cli.Settings;

namespace VirtualRoot.Cli.Output;

/// <summary>The progress of an upload on standard error, where that is a terminal; else nothing.</summary>
internal static class UploadTerminal
{
    /// <summary>Runs an upload.</summary>
    /// <param name="directory">What is uploaded, for the line.</param>
    /// <param name="upload">The upload, given where to tell its progress.</param>
    public static Task<UploadResult> RunAsync(string directory, Func<IProgress<UploadProgress>?, Task<UploadResult>> upload) =>
        Console.IsErrorRedirected ? upload(null) : ShowAsync(directory, upload);

    private static async Task<UploadResult> ShowAsync(string directory, Func<IProgress<UploadProgress>?, Task<UploadResult>> upload)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        UploadResult? result = null;
        await console.Status().StartAsync("pushing " + Markup.Escape(PrintableText.Of(directory)), async context =>
            result = await upload(new StatusLine(context)));
        return result!;
    }

    // Not Progress<T>, which posts to the thread pool and so may tell older figures after newer ones.
    private sealed class StatusLine(StatusContext context) : IProgress<UploadProgress>
    {
        public void Report(UploadProgress value) => context.Status = string.Create(
            CultureInfo.InvariantCulture,
            $"read {value.Files} files, {ByteSize.Format(value.FileBytes)}; sent {value.BlobsSent} blobs, {ByteSize.Format(value.BytesSent)}");
    }
}
