namespace VirtualRoot.CasClient;

/// <summary>The hash functions of REAPI's <c>DigestFunction.Value</c>, with its numbers.</summary>
public enum DigestFunction
{
    /// <summary>Not stated: told apart by the hash's length, as REAPI 2.0 clients do.</summary>
    Unknown = 0,

    /// <summary>SHA-256, 32 bytes: the default.</summary>
    Sha256 = 1,

    /// <summary>SHA-1, 20 bytes.</summary>
    Sha1 = 2,

    /// <summary>MD5, 16 bytes.</summary>
    Md5 = 3,

    /// <summary>SHA-384, 48 bytes.</summary>
    Sha384 = 5,

    /// <summary>SHA-512, 64 bytes.</summary>
    Sha512 = 6,
}
