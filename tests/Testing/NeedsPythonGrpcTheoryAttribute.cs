using Xunit;

namespace VirtualRoot.Testing;

/// <summary>A theory against Debian's python3-grpcio; where that is not installed, a counted skip that says so.</summary>
public sealed class NeedsPythonGrpcTheoryAttribute : TheoryAttribute
{
    public NeedsPythonGrpcTheoryAttribute() => Skip = PythonGrpc.Missing;
}
