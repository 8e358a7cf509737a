using VirtualRoot.Acceptance.Tests.Roots;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Roots;

namespace VirtualRoot.Acceptance.Tests.Faults;

/// <summary>One hostile CAS for all tests of a class.</summary>
public sealed class HostileCasFixture : IDisposable
{
    private readonly TestDirectory _directory = new();
    private readonly Lazy<HostileCas> _cas;

    public HostileCasFixture() =>
        _cas = new Lazy<HostileCas>(() => new HostileCas(InputRoots.BusyBox, CProgram.Compile(CSources.Descend, _directory.Path, "descend")));

    internal HostileCas Cas => _cas.Value;

    public void Dispose()
    {
        if (_cas.IsValueCreated)
        {
            _cas.Value.Dispose();
        }

        _directory.Dispose();
    }
}
