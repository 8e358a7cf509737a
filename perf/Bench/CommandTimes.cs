using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace VirtualRoot.Bench;

/// <summary>Whole commands: <c>vroot run</c> from its start to the program's first output, by the size of the root.</summary>
internal static class CommandTimes
{
    private const string Busybox = "/bin/busybox";
    private const int Runs = 7;

    public static async Task RunAsync(string vroot, string workDirectory)
    {
        if (!File.Exists(Busybox))
        {
            throw new FileNotFoundException("the measured program is a static busybox: apt-get install busybox-static", Busybox);
        }

        string small = MakeRoot(Path.Combine(workDirectory, "root-100"), directories: 1, filesInEach: 100);
        string large = MakeRoot(Path.Combine(workDirectory, "root-100000"), directories: 1000, filesInEach: 100);
        string cas = $"grpc://127.0.0.1:{FreePort().ToString(CultureInfo.InvariantCulture)}";
        using Process server = Start(vroot, ["cas", "serve", "--listen", cas, "--dir", Path.Combine(workDirectory, "cas")]);
        await server.StandardOutput.ReadLineAsync();
        try
        {
            string smallDigest = Push(vroot, cas, workDirectory, small);
            string largeDigest = Push(vroot, cas, workDirectory, large);

            List<double> smallCold = [];
            List<double> largeCold = [];
            List<double> walks = [];
            for (int run = 0; run < Runs; run++)
            {
                smallCold.Add(FirstOutput(vroot, cas, FreshCache(workDirectory), smallDigest));
                largeCold.Add(FirstOutput(vroot, cas, FreshCache(workDirectory), largeDigest));
                walks.Add(Walk(vroot, cas, FreshCache(workDirectory), largeDigest));
            }

            string warmCache = FreshCache(workDirectory);
            List<double> warm = [];
            for (int run = 0; run < Runs + 1; run++)
            {
                double whole = WholeProcess(vroot, cas, warmCache, smallDigest);
                if (run > 0)
                {
                    warm.Add(whole);
                }
            }

            double ratio = Figures.Median(largeCold) / Figures.Median(smallCold);
            Console.WriteLine();
            Console.WriteLine("| command (CAS on loopback) | median | fastest |");
            Console.WriteLine("|---|---|---|");
            Row("`vroot run` to first output, 100 files, empty cache", smallCold);
            Row("`vroot run` to first output, 100,000 files, empty cache", largeCold);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| ratio of the two | {ratio:0.00} | |"));
            Row("find -size over 100,000 files in 1,000 directories, empty cache", walks);
            Row("`vroot run` of `busybox true`, warm, whole process", warm);
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync();
        }
    }

    private static string MakeRoot(string root, int directories, int filesInEach)
    {
        Directory.CreateDirectory(Path.Combine(root, "bin"));
        File.Copy(Busybox, Path.Combine(root, "bin/busybox"), overwrite: true);
        for (int directory = 0; directory < directories; directory++)
        {
            string path = Directory.CreateDirectory(Path.Combine(root, string.Create(CultureInfo.InvariantCulture, $"data/d{directory:D4}"))).FullName;
            for (int file = 0; file < filesInEach; file++)
            {
                File.WriteAllText(Path.Combine(path, string.Create(CultureInfo.InvariantCulture, $"f{file:D3}")), string.Create(CultureInfo.InvariantCulture, $"{directory}/{file}"));
            }
        }

        return root;
    }

    private static string Push(string vroot, string cas, string workDirectory, string root)
    {
        using Process push = Start(vroot, ["push", "--cas", cas, "--cache", Path.Combine(workDirectory, "push-cache"), root]);
        string digest = push.StandardOutput.ReadToEnd().Trim();
        Check(push);
        return digest;
    }

    private static double FirstOutput(string vroot, string cas, string cache, string digest)
    {
        long started = Stopwatch.GetTimestamp();
        using Process run = Start(vroot, ["run", "--cas", cas, "--cache", cache, digest, "--", Busybox, "echo", "x"]);
        run.StandardOutput.ReadLine();
        double elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        Check(run);
        return elapsed;
    }

    private static double Walk(string vroot, string cas, string cache, string digest)
    {
        const string Script = "/bin/busybox echo a; /bin/busybox find /data -size +1000000; /bin/busybox echo b";
        using Process run = Start(vroot, ["run", "--cas", cas, "--cache", cache, digest, "--", Busybox, "sh", "-c", Script]);
        run.StandardOutput.ReadLine();
        long started = Stopwatch.GetTimestamp();
        run.StandardOutput.ReadLine();
        double elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        Check(run);
        return elapsed;
    }

    private static double WholeProcess(string vroot, string cas, string cache, string digest)
    {
        long started = Stopwatch.GetTimestamp();
        using Process run = Start(vroot, ["run", "--cas", cas, "--cache", cache, digest, "--", Busybox, "true"]);
        Check(run);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static Process Start(string vroot, string[] arguments) =>
        Process.Start(new ProcessStartInfo(vroot, arguments) { RedirectStandardOutput = true })!;

    private static void Check(Process process)
    {
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"vroot {string.Join(' ', process.StartInfo.ArgumentList)}: exit status {process.ExitCode}; its message is above");
        }
    }

    private static string FreshCache(string workDirectory) => Directory.CreateDirectory(Path.Combine(workDirectory, "cache-" + Guid.NewGuid().ToString("N"))).FullName;

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void Row(string title, List<double> values) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"| {title} | {Figures.Median(values):0} ms | {values.Min():0} ms |"));
}
