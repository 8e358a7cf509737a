namespace VirtualRoot.Descriptors.Tests.Support;

/// <summary>A use that ends otherwise in the virtual root than in a chroot with the real /proc and /dev.</summary>
/// <param name="Use">Its name.</param>
/// <param name="Out">What it writes in the virtual root.</param>
/// <param name="Reason">Why.</param>
/// <param name="Status">How it ends there.</param>
/// <param name="Only">As whom alone; null: always.</param>
public sealed record Difference(string Use, string Out, string Reason, string Status = "0", Privilege? Only = null);
