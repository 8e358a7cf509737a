namespace VirtualRoot.CasClient.Remote;

/// <summary>Tells the retry strategy, and nobody else, that another attempt is due.</summary>
internal sealed class RetryableException(CasException inner) : Exception(inner.Message, inner);
