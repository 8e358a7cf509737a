namespace VirtualRoot.Cli.Doctor;

/// <summary>One thing that the doctor looked at.</summary>
/// <param name="Name">A short name.</param>
/// <param name="State">How it is.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Remedy">How to mend it; empty if there is nothing to mend.</param>
internal sealed record CheckResult(string Name, CheckState State, string Detail, string Remedy = "");
