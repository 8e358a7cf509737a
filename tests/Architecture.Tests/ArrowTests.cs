using System.Reflection;
using System.Xml.Linq;

namespace VirtualRoot.Architecture.Tests;

/// <summary>The arrows of docs/architecture.md.</summary>
public sealed class ArrowTests
{
    private static readonly Dictionary<string, string[]> s_allowed = new()
    {
        ["Linux"] = [],
        ["Fuse"] = ["Linux"],
        ["Grpc"] = ["Linux"],
        ["CasClient"] = ["Grpc", "Linux"],
        ["CasServer"] = ["CasClient", "Grpc"],
        ["VirtualRoot"] = ["Fuse", "CasClient"],
        ["Worker"] = ["VirtualRoot"],
        ["Cli"] = ["Worker", "CasServer"],
    };

    public static TheoryData<string> Projects => [.. s_allowed.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_References_OnlyWhatItsArrowsAllow(string project)
    {
        XDocument file = XDocument.Load(Path.Combine(Checkout.Root, "src", project, project + ".csproj"));
        string[] references = [.. file.Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value))];
        Assert.Empty(references.Except(s_allowed[project]));
    }

    [Fact]
    public void Source_HasNoProjectThatIsNotDrawn() => Assert.Equal(
        s_allowed.Keys.Order(),
        Directory.EnumerateFiles(Path.Combine(Checkout.Root, "src"), "*.csproj", SearchOption.AllDirectories).Select(path => Path.GetFileNameWithoutExtension(path)!).Order());

    [Theory]
    [InlineData("VirtualRoot.Fuse", "Google.Protobuf", "System.Net", "VirtualRoot.CasClient", "VirtualRoot.Grpc")]
    [InlineData("VirtualRoot.CasClient", "VirtualRoot.Fuse", "Microsoft.AspNetCore")]
    [InlineData("VirtualRoot.Grpc", "Google.Protobuf", "VirtualRoot.CasClient")]
    [InlineData("VirtualRoot", "Google.Protobuf", "System.Net.Http", "Microsoft.AspNetCore")]
    public void Assembly_DoesNotKnow(string assembly, params string[] forbidden)
    {
        string[] known = [.. Assembly.Load(assembly).GetReferencedAssemblies().Select(name => name.Name!)];
        Assert.NotEmpty(known);
        Assert.DoesNotContain(known, name => forbidden.Any(prefix => name == prefix || name.StartsWith(prefix + ".", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("VirtualRoot.CasClient")]
    [InlineData("VirtualRoot.CasServer")]
    public void PublicTypes_ExposeNoProtobufOrHttp(string assembly)
    {
        Type[] exported = Assembly.Load(assembly).GetExportedTypes();
        Assert.NotEmpty(exported);
        IEnumerable<string> exposed = exported
            .SelectMany(type => type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
                .SelectMany(MentionedTypes)
                .Append(type.BaseType)
                .Select(mentioned => (Type: type, Mentioned: mentioned)))
            .Where(pair => pair.Mentioned?.Namespace is { } name && (name.StartsWith("Google", StringComparison.Ordinal) || name.StartsWith("System.Net.Http", StringComparison.Ordinal) || name.StartsWith("Build.Bazel", StringComparison.Ordinal)))
            .Select(pair => $"{pair.Type} exposes {pair.Mentioned}");
        Assert.Empty(exposed);
    }

    [Fact]
    public void Nodes_NeverSeeWireStructs()
    {
        string[] sources = [.. Checkout.Sources("src/VirtualRoot")];
        Assert.NotEmpty(sources);
        Assert.Empty(sources
            .Where(path => !path.Contains("/Kernel/", StringComparison.Ordinal) && File.ReadAllText(path).Contains("VirtualRoot.Fuse.Wire", StringComparison.Ordinal))
            .Select(Checkout.Relative));
    }

    private static IEnumerable<Type?> MentionedTypes(MemberInfo member) => member switch
    {
        MethodInfo method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType).SelectMany(Unwrap),
        ConstructorInfo constructor => constructor.GetParameters().SelectMany(parameter => Unwrap(parameter.ParameterType)),
        PropertyInfo property => Unwrap(property.PropertyType),
        FieldInfo field => Unwrap(field.FieldType),
        _ => [],
    };

    private static IEnumerable<Type?> Unwrap(Type type) =>
        type.HasElementType ? Unwrap(type.GetElementType()!) : type.IsGenericType ? type.GetGenericArguments().SelectMany(Unwrap).Append(type) : [type];
}
