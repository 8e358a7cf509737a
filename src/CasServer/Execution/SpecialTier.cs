namespace VirtualRoot.CasServer.Execution;

/// <summary>How /proc, /sys and /dev of a root are made, as <c>vroot:special</c> asks for it.</summary>
public enum SpecialTier
{
    /// <summary>The best that this machine allows (<c>auto</c>).</summary>
    Auto,

    /// <summary>By VirtualRoot itself (<c>synthesized</c>).</summary>
    Synthesized,

    /// <summary>By the kernel, in the action's own namespaces (<c>kernel</c>).</summary>
    Kernel,

    /// <summary>Not at all (<c>off</c>).</summary>
    Off,
}
