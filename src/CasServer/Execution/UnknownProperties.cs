namespace VirtualRoot.CasServer.Execution;

/// <summary>What becomes of an action with platform properties that this worker does not know.</summary>
public enum UnknownProperties
{
    /// <summary>FAILED_PRECONDITION: no worker here is known to have what is asked for.</summary>
    Refuse,

    /// <summary>It runs, and the response's message tells which were ignored.</summary>
    Ignore,
}
