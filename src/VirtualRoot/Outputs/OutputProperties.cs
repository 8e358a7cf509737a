namespace VirtualRoot.Outputs;

/// <summary>Node properties to tell of outputs (REAPI <c>output_node_properties</c>).</summary>
[Flags]
public enum OutputProperties
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary><c>mtime</c>.</summary>
    ModificationTime = 1,

    /// <summary><c>unix_mode</c>.</summary>
    UnixMode = 2,
}
