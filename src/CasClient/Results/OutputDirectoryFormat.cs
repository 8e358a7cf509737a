namespace VirtualRoot.CasClient.Results;

/// <summary>How output directories are told (REAPI <c>Command.OutputDirectoryFormat</c>, with its numbers).</summary>
public enum OutputDirectoryFormat
{
    /// <summary>One <c>Tree</c> message each.</summary>
    TreeOnly = 0,

    /// <summary><c>Directory</c> messages, each a blob of its own, as in an input root.</summary>
    DirectoryOnly = 1,

    /// <summary>Both.</summary>
    TreeAndDirectory = 2,
}
