namespace VirtualRoot.Mounting;

/// <summary>The user namespace of this process.</summary>
public static class UserNamespace
{
    /// <summary>Whether all ids are mapped to themselves: root here is the machine's. A mount of any other user namespace is
    /// always nodev.</summary>
    public static bool IsInitial()
    {
        string[] map = File.ReadAllText("/proc/self/uid_map").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return map is ["0", "0", "4294967295"];
    }
}
