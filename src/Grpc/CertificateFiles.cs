using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace VirtualRoot.Grpc;

/// <summary>PEM files of TLS, with errors that name the file.</summary>
internal static class CertificateFiles
{
    /// <summary>A certificate with its key; both may stand in one file.</summary>
    public static X509Certificate2 Load(string certificateFile, string? keyFile)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(certificateFile, keyFile ?? certificateFile);
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"cannot read the certificate {certificateFile} with the key {keyFile ?? certificateFile}: {exception.Message}; both must be PEM files", exception);
        }
    }

    /// <summary>Trust in the certificates of one file, and in no other.</summary>
    public static X509ChainPolicy TrustOnly(string caFile)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(caFile);
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"cannot read the CA certificates {caFile}: {exception.Message}; it must be a PEM file", exception);
        }

        return policy.CustomTrustStore.Count > 0
            ? policy
            : throw new ArgumentException($"{caFile} holds no certificate; it must be a PEM file of the CA");
    }
}
