namespace VirtualRoot.Grpc.Client;

/// <summary>Tasks that a caller may rightly never look at, such as the headers of a failed call.</summary>
internal static class TaskObservation
{
    /// <summary>Marks the task's failure as seen; whoever awaits the task still gets it.</summary>
    public static void Observe(Task task) =>
        task.ContinueWith(
            static finished => _ = finished.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
}
