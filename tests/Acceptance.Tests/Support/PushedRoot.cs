using VirtualRoot.Testing.Roots;

namespace VirtualRoot.Acceptance.Tests.Support;

/// <summary>A root on disk, and the digest under which a CAS has it.</summary>
public sealed record PushedRoot(RootTree Tree, string Digest);
