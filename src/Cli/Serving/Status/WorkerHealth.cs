namespace VirtualRoot.Cli.Serving.Status;

/// <summary>Whether a worker takes actions.</summary>
internal enum WorkerHealth
{
    /// <summary>It does.</summary>
    Serving,

    /// <summary>A signal came: those that run may end.</summary>
    Draining,

    /// <summary>Somebody has unmounted the build directory, or its device broke.</summary>
    Unmounted,
}
