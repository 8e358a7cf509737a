namespace VirtualRoot.Worker.Cgroups;

/// <summary>Actions cannot have cgroups of their own. The message says where, why, and the remedy.</summary>
public sealed class CgroupException(string message, Exception? inner = null) : Exception(message, inner);
