using VirtualRoot.Testing;
using VirtualRoot.Tools.Tests.Support;

namespace VirtualRoot.Tools.Tests;

/// <summary>The catalogue itself, and that users are told of its exceptions.</summary>
public sealed class CatalogueTests
{
    [Fact]
    public void Catalogue_HasCommandsThatNeedTheSpecialDirectories()
    {
        Assert.True(ToolCatalogue.Cases.Count >= 200, $"only {ToolCatalogue.Cases.Count} cases");
        Assert.True(ToolCatalogue.Cases.Values.Count(tool => tool.NeedsSpecial) >= 120);
        string[] tools = ["gcc", "g++", "clang", "clang-lld", "go-build", "cargo", "rustc", "javac", "node", "npm", "python-pool", "python-shared-memory", "perl", "git", "cmake-ninja", "make-load", "ninja-load"];
        Assert.Empty(tools.Except(ToolCatalogue.Cases.Keys));
    }

    [Fact]
    public void Exceptions_AreCasesAndStandInTheDocumentationWithTheirCause()
    {
        string special = File.ReadAllText(Path.Combine(PublishedTool.Checkout(), "docs/special.md"));
        string readme = File.ReadAllText(Path.Combine(PublishedTool.Checkout(), "README.md"));
        Assert.All(ToolCatalogue.Exceptions, exception =>
        {
            Assert.Contains(exception.Case, ToolCatalogue.Cases.Keys);
            string row = special.Split('\n').Single(line => line.StartsWith('|') && line.Contains($"`{exception.Case}`", StringComparison.Ordinal));
            Assert.Contains($"| {exception.Cause}: ", row, StringComparison.Ordinal);
            Assert.Contains(exception.Cause, readme, StringComparison.Ordinal);
        });
    }
}
