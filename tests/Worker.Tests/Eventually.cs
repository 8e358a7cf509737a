using System.Diagnostics;

namespace VirtualRoot.Worker.Tests;

/// <summary>Waits for what another process brings about.</summary>
internal static class Eventually
{
    public static async Task<bool> IsTrueAsync(Func<bool> condition, TimeSpan limit)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(start) > limit)
            {
                return false;
            }

            await Task.Delay(5);
        }

        return true;
    }
}
