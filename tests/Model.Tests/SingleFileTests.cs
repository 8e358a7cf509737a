using System.Globalization;
using VirtualRoot.Model.Tests.Support;
using VirtualRoot.Testing;
using VirtualRoot.Testing.Processes;
using Xunit.Abstractions;

namespace VirtualRoot.Model.Tests;

/// <summary>
/// Programs/exerciser.c: several processes read, write, map, truncate, punch and copy one file at once, and compare every byte with a
/// model. The file is an input, which is copied up while they begin. VROOT_SEED repeats a run, VROOT_FILE_OPERATIONS makes it longer.
/// </summary>
public sealed class SingleFileTests(Machine machine, ITestOutputHelper output) : IClassFixture<Machine>
{
    private const int Processes = 4;

    [NeedsFuseTheory]
    [InlineData("apart", "mebibyte")]
    [InlineData("turns", "mebibyte")]
    [InlineData("turns", "page")]
    [InlineData("turns", "empty")]
    public void File_ChangedBySeveralProcesses_HoldsEveryByte(string way, string file)
    {
        using Mount mount = new(machine, uid: null);
        Exercise(mount, mount.Work, way, file);
        mount.AssertHealthy();
    }

    [NeedsFusermountTheory]
    [InlineData("apart", "mebibyte")]
    [InlineData("turns", "above-page")]
    public void File_ChangedByAnOrdinaryUser_HoldsEveryByte(string way, string file)
    {
        using Mount mount = new(machine, Machine.OrdinaryUid);
        Exercise(mount, mount.Work, way, file);
        mount.AssertHealthy();
    }

    [NeedsFuseTheory]
    [InlineData("apart", "mebibyte")]
    [InlineData("turns", "mebibyte")]
    public void Exerciser_InAPlainDirectory_FindsNothingWrong(string way, string file)
    {
        using Mount mount = new(machine, uid: null);
        Exercise(mount, mount.CopyInputs(), way, file);
    }

    [NeedsFuseFact]
    public void Exerciser_OfAFileThatHoldsSomethingElse_Notices()
    {
        using Mount mount = new(machine, uid: null);
        File.WriteAllBytes(Path.Combine(mount.Work, "mebibyte"), new byte[1 << 20]);
        ProcessOutcome outcome = ChildProcess.Run(Exerciser(mount, mount.Work, "apart", "mebibyte"), TimeSpan.FromMinutes(2)).Expect(1);
        Assert.Contains("wrong from", outcome.Error, StringComparison.Ordinal);
    }

    private void Exercise(Mount mount, string directory, string way, string file)
    {
        ProcessCommand command = Exerciser(mount, directory, way, file);
        output.WriteLine(command.ToString());
        output.WriteLine(ChildProcess.Run(command, TimeSpan.FromSeconds(120 + (TestSettings.FileOperations / 20))).Expect().Output);
    }

    private ProcessCommand Exerciser(Mount mount, string directory, string way, string file) => mount.Command(
        machine.Program("exerciser"),
        Path.Combine(directory, file),
        Path.Combine(machine.Inputs, InputTree.Work, file),
        TestSettings.Seed.ToString(CultureInfo.InvariantCulture),
        TestSettings.FileOperations.ToString(CultureInfo.InvariantCulture),
        Processes.ToString(CultureInfo.InvariantCulture),
        way);
}
