using Microsoft.Extensions.Logging;

namespace VirtualRoot.Testing;

/// <summary>What was logged.</summary>
public sealed class RecordingLogger : ILogger
{
    private readonly Lock _gate = new();
    private readonly List<(LogLevel Level, string Message, Exception? Exception)> _entries = [];

    /// <summary>What was told at that level, in order.</summary>
    public IReadOnlyList<(LogLevel Level, string Message, Exception? Exception)> At(LogLevel level)
    {
        lock (_gate)
        {
            return [.. _entries.Where(entry => entry.Level == level)];
        }
    }

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => true;

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_gate)
        {
            _entries.Add((logLevel, formatter(state, exception), exception));
        }
    }
}
