using VirtualRoot.CasClient.Remote;

namespace VirtualRoot.CasClient.Tests.Remote;

public sealed class CasEndpointOptionsTests
{
    [Theory]
    [InlineData("grpc://localhost:8980")]
    [InlineData("grpcs://cas.example.org:443")]
    [InlineData("unix:/run/cas.sock")]
    public void Validate_GoodAddress_Passes(string address) => new CasEndpointOptions { Address = address }.Validate();

    [Theory]
    [InlineData("")]
    [InlineData("localhost:8980")]
    [InlineData("http://localhost:8980")]
    [InlineData("grpc://localhost")]
    [InlineData("unix:")]
    public void Validate_BadAddress_NamesTheForms(string address)
    {
        string message = Assert.Throws<ArgumentException>(() => new CasEndpointOptions { Address = address }.Validate()).Message;
        Assert.Contains("grpcs://host:port", message);
    }

    [Fact]
    public void Validate_ManyFaults_AreToldAtOnce()
    {
        string message = Assert.Throws<ArgumentException>(() => new CasEndpointOptions
        {
            Address = "nowhere",
            Instance = "/a/",
            CaFile = "/does/not/exist",
            KeyFile = "/neither/does/this",
            Headers = [new("bad header", "x"), new("authorization", "secret\n")],
            CallTimeout = TimeSpan.Zero,
            MaxBatchBytes = 1,
        }.Validate()).Message;
        foreach (string told in new[] { "nowhere", "'/a/'", "/does/not/exist", "/neither/does/this", "bad header", "authorization", "call timeout", "batch size", "both its certificate" })
        {
            Assert.Contains(told, message);
        }

        Assert.DoesNotContain("secret", message);
    }

    [Fact]
    public void ToString_WithSecretHeaders_ShowsNone() => Assert.DoesNotContain(
        "secret", new CasEndpointOptions { Address = "grpc://h:1", Headers = [new("authorization", "secret")] }.ToString());
}
