namespace VirtualRoot.Testing;

/// <summary>Waits for what another thread, process or the kernel brings about, on a loaded machine too.</summary>
public static class Wait
{
    /// <summary>For anything that happens sooner or later.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Waits until <paramref name="condition"/> holds.</summary>
    /// <exception cref="TimeoutException">It does not hold within <see cref="Patience"/>.</exception>
    public static void Until(Func<bool> condition, string what) => For(condition, static holds => holds, _ => what);

    /// <summary>Waits until <paramref name="condition"/> holds.</summary>
    /// <exception cref="TimeoutException">It does not hold within <see cref="Patience"/>.</exception>
    public static Task UntilAsync(Func<bool> condition, string what) => ForAsync(() => Task.FromResult(condition()), static holds => holds, _ => what);

    /// <summary>Reads until <paramref name="holds"/> is true of what <paramref name="read"/> gets; should it never be,
    /// <paramref name="failure"/> tells of the last.</summary>
    /// <exception cref="TimeoutException">It is not within <see cref="Patience"/>.</exception>
    public static T For<T>(Func<T> read, Func<T, bool> holds, Func<T, string> failure)
    {
        for (long end = End(); ; Thread.Sleep(s_pause))
        {
            T found = read();
            if (IsOver(found, holds, failure, end))
            {
                return found;
            }
        }
    }

    /// <summary>Reads until <paramref name="holds"/> is true of what <paramref name="read"/> gets; should it never be,
    /// <paramref name="failure"/> tells of the last.</summary>
    /// <exception cref="TimeoutException">It is not within <see cref="Patience"/>.</exception>
    public static async Task<T> ForAsync<T>(Func<Task<T>> read, Func<T, bool> holds, Func<T, string> failure)
    {
        for (long end = End(); ; await Task.Delay(s_pause))
        {
            T found = await read();
            if (IsOver(found, holds, failure, end))
            {
                return found;
            }
        }
    }

    private static long End() => Environment.TickCount64 + (long)Patience.TotalMilliseconds;

    private static bool IsOver<T>(T found, Func<T, bool> holds, Func<T, string> failure, long end) =>
        holds(found) || (Environment.TickCount64 >= end ? throw new TimeoutException($"not within {Patience.TotalSeconds} s: {failure(found)}") : false);
}
