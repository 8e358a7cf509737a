using System.Reflection;
using Xunit.Sdk;

namespace VirtualRoot.Tools.Tests.Support;

/// <summary>Every case of the catalogue, as root and, where it can, as an ordinary user.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CasesAttribute : DataAttribute
{
    /// <summary>Whether only root's are wanted.</summary>
    public bool RootOnly { get; init; }

    public override IEnumerable<object[]> GetData(MethodInfo testMethod)
    {
        foreach (ToolCase tool in ToolCatalogue.Cases.Values)
        {
            yield return [tool.Name, Privilege.Root];
            if (!tool.NeedsRoot && !RootOnly)
            {
                yield return [tool.Name, Privilege.User];
            }
        }
    }
}
