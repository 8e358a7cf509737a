using Xunit;

namespace VirtualRoot.Testing;

/// <summary>A test against Debian's python3-grpcio; where that is not installed, a counted skip that says so.</summary>
public sealed class NeedsPythonGrpcFactAttribute : FactAttribute
{
    public NeedsPythonGrpcFactAttribute() => Skip = PythonGrpc.Missing;
}
