using System.Security.Cryptography;

namespace VirtualRoot.Testing.Roots;

/// <summary>C sources that npm packages bring, as eng/sources fetched them.</summary>
public static class NpmSources
{
    private const string Sha512 = "SpVopqn4YNydnLjkGfL6yQwzjlipmEnCCsVrD/0hQmdgsQWb5rVmSJxxjQltHIUTto29vgX+PhLjXoc+gMeABQ==";

    /// <summary>The path of the package libxmljs2, which holds libxml2.</summary>
    public static string LibXml2
    {
        get
        {
            string path = Path.Combine(PublishedTool.Checkout(), "artifacts/sources/libxmljs2-0.35.0.tgz");
            if (!File.Exists(path))
            {
                throw new InvalidOperationException($"there is no {path}: run ./eng/sources, which fetches it from the npm registry");
            }

            string actual = Convert.ToBase64String(SHA512.HashData(File.ReadAllBytes(path)));
            return actual == Sha512
                ? path
                : throw new InvalidOperationException($"{path} has the SHA-512 {actual}, not {Sha512}: remove it and run ./eng/sources");
        }
    }
}
