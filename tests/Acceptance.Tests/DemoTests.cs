using System.Text.RegularExpressions;
using VirtualRoot.Acceptance.Tests.Support;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Acceptance.Tests;

/// <summary>The thirty seconds of the README.</summary>
[Collection(MountingCollection.Name)]
public sealed class DemoTests(Machine machine)
{
    [NeedsFuseTheory, BothPrivileges]
    public void Demo_ShowsTheChrootedProcessItself(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        AssertProof(ChildProcess.Run(user.Plain("demo"), TimeSpan.FromSeconds(60)).Expect().Output);
        user.AssertNothingLeft();
    }

    [NeedsFuseFact]
    public void EngDemo_BuildsAndShowsTheSame()
    {
        using VRootUser user = new(machine, Privilege.Root);
        Dictionary<string, string> environment = new(user.Environment)
        {
            // The SDK keeps its packages there: with the user's empty home it would fetch them anew.
            ["HOME"] = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
            ["PATH"] = Environment.GetEnvironmentVariable("PATH")!,
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
            ["DOTNET_NOLOGO"] = "1",
        };
        ProcessCommand demo = new(Path.Combine(PublishedTool.Checkout(), "eng/demo"), []) { Environment = environment };
        AssertProof(ChildProcess.Run(demo, TimeSpan.FromMinutes(5)).Expect().Output);
    }

    [NeedsFuseTheory, BothPrivileges]
    public void Doctor_WhereEverythingIsThere_SaysSo(Privilege privilege)
    {
        using VRootUser user = new(machine, privilege);
        ProcessOutcome outcome = ChildProcess.Run(user.Plain("doctor", "--cache", user.Cache), TimeSpan.FromSeconds(60));
        Assert.Contains("/dev/fuse", outcome.Expect().Output, StringComparison.Ordinal);
        user.AssertNothingLeft();
    }

    private static void AssertProof(string output)
    {
        Assert.Matches(new Regex(@"/proc/self/exe -> /bin/[a-z-]+\n"), output);
        Match fetched = Regex.Match(output, @"fetched +(\d+) of (\d+) file blobs");
        Assert.True(fetched.Success, output);
        Assert.InRange(int.Parse(fetched.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), 1, int.Parse(fetched.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture) / 2);
        Assert.Contains("nothing is left", output, StringComparison.Ordinal);
    }
}
