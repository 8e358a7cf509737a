namespace VirtualRoot.CasClient.Remote;

/// <summary>Whether blobs travel compressed.</summary>
public enum ZstdMode
{
    /// <summary>Where the server offers it and is not on this machine: a loopback or unix socket is faster than zstd.</summary>
    Auto,

    /// <summary>Wherever the server offers it.</summary>
    On,

    /// <summary>Never.</summary>
    Off,
}
