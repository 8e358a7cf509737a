using Xunit;

namespace VirtualRoot.Testing;

/// <summary>A test that needs a module of Debian's python3; elsewhere a counted skip that says which is missing.</summary>
public sealed class NeedsModuleFactAttribute : FactAttribute
{
    private const string Modules = "/usr/lib/python3/dist-packages/";

    public NeedsModuleFactAttribute(string module, string package)
    {
        if (!Path.Exists(Modules + module))
        {
            Skip = $"there is no {Modules}{module} (apt-get install {package}; eng/test does it)";
        }
    }
}
