using Microsoft.Extensions.Logging;

namespace VirtualRoot.Cli.Output;

/// <summary>Log lines on standard error: <c>vroot: warning: message</c>.</summary>
internal sealed class ErrorLogger(LogLevel least) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= least && logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        string details = exception is null ? "" : least <= LogLevel.Debug ? $"\n{exception}" : $": {exception.Message}";
        StandardError.Tell($"{NameOf(logLevel)}: {formatter(state, exception)}{details}");
    }

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warning",
        _ => "error",
    };
}
