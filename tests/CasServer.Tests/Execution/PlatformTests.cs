using VirtualRoot.CasClient;
using VirtualRoot.CasServer.Execution;
using VirtualRoot.Grpc;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.CasServer.Tests.Execution;

/// <summary>Platform properties.</summary>
public sealed class PlatformTests
{
    [Theory]
    [InlineData("dockerImage")]
    [InlineData("container-image")]
    public async Task Containers_AreIgnoredWithANote(string name)
    {
        await using ExecutionFixture fixture = await ExecutionFixture.AnsweringAsync();
        Digest action = With(fixture, (name, "docker://x"));
        Protos.ExecuteResponse response = await fixture.RunAsync(action);
        Protos.ExecuteResponse cached = await fixture.RunAsync(action);

        Assert.Contains($"ignored {name}", response.Message, StringComparison.Ordinal);
        Assert.True(cached.CachedResult);
        Assert.Equal(response.Message, cached.Message);
    }

    [Theory]
    [InlineData("linux", true)]
    [InlineData("Linux", true)]
    [InlineData("windows", false)]
    public async Task OSFamily_MustBeLinux(string value, bool accepted)
    {
        await using ExecutionFixture fixture = await ExecutionFixture.AnsweringAsync();
        Digest action = With(fixture, ("OSFamily", value));
        if (accepted)
        {
            Assert.Empty((await fixture.RunAsync(action)).Message);
        }
        else
        {
            Assert.Contains(value, (await fixture.RefusedAsync(StatusCode.FailedPrecondition, action)).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("vroot:special", "auto", SpecialTier.Auto, null, null)]
    [InlineData("vroot:special", "synthesized", SpecialTier.Synthesized, null, null)]
    [InlineData("vroot:special", "kernel", SpecialTier.Kernel, null, null)]
    [InlineData("vroot:special", "off", SpecialTier.Off, null, null)]
    [InlineData("vroot:network", "on", null, true, null)]
    [InlineData("vroot:network", "off", null, false, null)]
    [InlineData("vroot:inputs", "read-only", null, null, true)]
    [InlineData("vroot:inputs", "copy-on-write", null, null, false)]
    [InlineData("OSFamily", "linux", null, null, null)]
    public async Task OwnProperty_ReachesTheRunner(string name, string value, SpecialTier? special, bool? network, bool? readOnly)
    {
        await using ExecutionFixture fixture = await ExecutionFixture.StartAsync();
        ActionPlatform? seen = null;
        fixture.Runner.Answer = run =>
        {
            seen = run.Action.Platform;
            return Task.FromResult(FakeRunner.Exited());
        };
        await fixture.RunAsync(With(fixture, (name, value), (name, value)));
        Assert.Equal((special, network, readOnly), (seen!.Special, seen.Network, seen.ReadOnlyInputs));
    }

    [Theory]
    [InlineData("vroot:special", "passthrough")]
    [InlineData("vroot:network", "maybe")]
    [InlineData("vroot:inputs", "")]
    public async Task OwnProperty_WithAnotherValue_IsInvalid(string name, string value)
    {
        await using ExecutionFixture fixture = await ExecutionFixture.AnsweringAsync();
        Protos.Status status = await fixture.RefusedAsync(StatusCode.InvalidArgument, With(fixture, (name, value)));
        Assert.Contains($"{name} is '{value}': it may be ", status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OwnProperty_WithTwoValues_IsInvalid()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.AnsweringAsync();
        await fixture.RefusedAsync(StatusCode.InvalidArgument, With(fixture, ("vroot:network", "on"), ("vroot:network", "off")));
    }

    [Theory]
    [InlineData("Pool")]
    [InlineData("vroot:else")]
    [InlineData("osfamily")]
    public async Task UnknownProperty_IsRefusedOrIgnoredAsConfigured(string name)
    {
        await using ExecutionFixture strict = await ExecutionFixture.AnsweringAsync();
        Protos.Status status = await strict.RefusedAsync(StatusCode.FailedPrecondition, With(strict, (name, "x")));
        Assert.Contains($"'{name}'", status.Message, StringComparison.Ordinal);

        await using ExecutionFixture lenient = await ExecutionFixture.AnsweringAsync(options => options with { UnknownProperties = UnknownProperties.Ignore });
        Assert.Contains($"'{name}'", (await lenient.RunAsync(With(lenient, (name, "x")))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Platform_OfTheCommand_CountsWhereTheActionHasNone()
    {
        await using ExecutionFixture fixture = await ExecutionFixture.AnsweringAsync();
        Digest old = fixture.PutAction(static command => command.Platform = Of(("Pool", "x")));
        Digest both = fixture.PutAction(static command => command.Platform = Of(("Pool", "x")), static action => action.Platform = new());

        await fixture.RefusedAsync(StatusCode.FailedPrecondition, old);
        Assert.Equal(0, (await fixture.RunAsync(both)).Status.Code);
    }

    private static Digest With(ExecutionFixture fixture, params (string Name, string Value)[] properties) =>
        fixture.PutAction(action: action => action.Platform = Of(properties));

    private static Protos.Platform Of(params (string Name, string Value)[] properties)
    {
        Protos.Platform platform = new();
        platform.Properties.AddRange(properties.Select(static property => new Protos.Platform.Types.Property { Name = property.Name, Value = property.Value }));
        return platform;
    }
}
