using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using VirtualRoot.Testing.Processes;
using VirtualRoot.Testing.Roots;

namespace VirtualRoot.Bench;

/// <summary>Output capture by <c>vroot run --output</c>, as its statistics tell it, beside <c>vroot push</c> of the same files from a plain directory.</summary>
internal static class CaptureTimes
{
    private const int Windows = 3;
    private const string BusyBox = "/bin/busybox";
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    public static async Task RunAsync(string vroot, string workDirectory)
    {
        string tarball = await WriteOperations.MakeTarballAsync(workDirectory);
        RootTree tree = new(Path.Combine(workDirectory, "capture-root"));
        tree.Add(BusyBox, BusyBox).Add(tarball, "/many.tar").AddDirectory("/data").AddDirectory("/out");
        Execute("/usr/bin/tar", "-xf", tarball, "-C", tree.Host("/data"));
        string cache = Path.Combine(workDirectory, "capture-cas");
        string digest = Execute(vroot, "push", "--cache", cache, tree.Path).Trim();

        Console.WriteLine();
        Console.WriteLine("| capture of 10,000 outputs | median | hashed | blobs sent | blobs opened or fetched |");
        Console.WriteLine("|---|---|---|---|---|");
        Row("written by the action", "out", $"{BusyBox} tar -xf /many.tar -C /out");
        Row("unchanged inputs", "data", $"{BusyBox} true");
        Row("inputs renamed by the action", "moved", $"{BusyBox} mv /data /moved");
        List<double> pushes = [];
        for (int window = 0; window < Windows; window++)
        {
            long started = Stopwatch.GetTimestamp();
            Execute(vroot, "push", "--cache", Path.Combine(workDirectory, $"capture-push-{window}"), tree.Host("/data"));
            pushes.Add(Stopwatch.GetElapsedTime(started).TotalNanoseconds);
        }

        Console.WriteLine($"| `vroot push` of the same, a whole process | {Figures.Time(Figures.Median(pushes))} | | | |");

        void Row(string title, string output, string command)
        {
            List<double> times = [];
            JsonElement outputs = default;
            for (int window = 0; window < Windows; window++)
            {
                // Each window into a store of its own: what is there already need not be sent.
                string fresh = Path.Combine(workDirectory, "capture-window");
                Execute("/usr/bin/cp", "-R", cache, fresh);
                string statistics = Path.Combine(workDirectory, "capture.json");
                Execute(vroot, "run", "--cache", fresh, "--stats", statistics, "--output", output, "--result", Path.Combine(workDirectory, "result"), digest, "--", BusyBox, "sh", "-c", command);
                Directory.Delete(fresh, recursive: true);
                outputs = JsonDocument.Parse(File.ReadAllText(statistics)).RootElement.GetProperty("outputs");
                times.Add(outputs.GetProperty("seconds").GetDouble() * 1e9);
            }

            long opened = Number(outputs, "blobsOpened") + Number(outputs, "blobsFetched");
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {title} | {Figures.Time(Figures.Median(times))} | {Number(outputs, "hashedFiles")} files, {Number(outputs, "hashedBytes")} bytes, {Number(outputs, "hashedEarlier")} of them before the end | {Number(outputs, "blobsSent")} | {opened} |"));
        }
    }

    private static long Number(JsonElement outputs, string name) => outputs.GetProperty(name).GetInt64();

    private static string Execute(string program, params string[] arguments) => ChildProcess.Run(new ProcessCommand(program, arguments), s_limit).Expect().Output;
}
