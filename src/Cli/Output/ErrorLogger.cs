using Microsoft.Extensions.Logging;

namespace VirtualRoot.Cli.Output;

/// <summary>Log lines on standard error: <c>vroot: warning: message</c>, or <see cref="JsonLine"/>s.</summary>
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

        string message = formatter(state, exception);
        string? details = exception is null ? null : least <= LogLevel.Debug ? exception.ToString() : exception.Message;
        if (StandardError.Format == LogFormat.Json)
        {
            StandardError.Write(JsonLine.Of(logLevel, message, eventId.Name, state as IEnumerable<KeyValuePair<string, object?>>, details));
            return;
        }

        string separator = least <= LogLevel.Debug ? "\n" : ": ";
        StandardError.WriteLine($"vroot: {JsonLine.NameOf(logLevel)}: {message}{(details is null ? "" : separator + details)}");
    }
}
