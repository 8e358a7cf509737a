using System.Reflection;
using Xunit.Sdk;

namespace VirtualRoot.Acceptance.Tests.Support;

/// <summary>The theory runs as root and as an ordinary user; <paramref name="rows"/>, if any, each with both.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BothPrivilegesAttribute(params string[] rows) : DataAttribute
{
    public IReadOnlyList<string> Rows => rows;

    public override IEnumerable<object[]> GetData(MethodInfo testMethod)
    {
        foreach (Privilege privilege in Enum.GetValues<Privilege>())
        {
            if (rows.Length == 0)
            {
                yield return [privilege];
            }

            foreach (string row in rows)
            {
                yield return [privilege, row];
            }
        }
    }
}
