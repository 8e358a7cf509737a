using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Storage;

namespace VirtualRoot.Bench;

/// <summary>Writing, in a plain directory and in a mount whose scratch files lie on the same disk, in turns.</summary>
internal static class WriteOperations
{
    private const int Windows = 5;
    private const int Files = 10_000;
    private const int Megabytes = 256;

    public static async Task RunAsync(string workDirectory)
    {
        string input = Directory.CreateDirectory(Path.Combine(workDirectory, "write-input")).FullName;
        MakeLarge(Path.Combine(input, "large"));
        string tarball = await MakeTarballAsync(workDirectory);
        using BlobStore store = BlobStore.Open(new BlobStoreOptions { Directory = Path.Combine(workDirectory, "write-store") });
        Digest root = await BenchRoot.PushAsync(store, input);
        await using BenchRoot mounted = await BenchRoot.MountAsync(store, root, workDirectory);
        using Child child = new();
        Pair pair = new(input, mounted.MountPoint, mounted, child);

        Console.WriteLine();
        Console.WriteLine("| writing | plain | mount | ratio | requests for one |");
        Console.WriteLine("|---|---|---|---|---|");
        pair.InTurns(
            Windows,
            new Step("create+write 4 KiB+close", "create", Files),
            new Step("rename", "rename", Files),
            new Step("unlink", "unlink", Files));
        pair.InTurns(Windows, new Step("append 4 KiB", "append", 20_000));
        pair.InTurns(
            Windows,
            new Step("1 MiB of 256 MiB sequential, without fsync", "write", Megabytes),
            new Step("1 MiB of 256 MiB read back", "readback", Megabytes),
            new Step("1 MiB of 256 MiB written over", "overwrite", Megabytes));
        pair.InTurns(Windows, new Step("1 MiB of 256 MiB sequential, with fsync at the end", "writesync", Megabytes));
        pair.InTurns(Windows, new Step("untar of 10,000 files", "!mkdir untarred && tar -xf " + tarball + " -C untarred", 1), new Step("rm -r of these", "!rm -r untarred", 1));
        pair.InTurns(Windows, new Step("cp of a 256 MiB input (shared)", "!cp large copied", 1), new Step("its removal", "!rm copied", 1));
        pair.InTurns(Windows, new Step("cp --reflink=never of it (copied)", "!cp --reflink=never large copied", 1), new Step("its removal", "!rm copied", 1));
    }

    /// <summary>10,000 files of up to 4 KiB in 100 directories.</summary>
    public static async Task<string> MakeTarballAsync(string workDirectory)
    {
        string tarball = Path.Combine(workDirectory, "many.tar");
        if (File.Exists(tarball))
        {
            return tarball;
        }

        string tree = Path.Combine(workDirectory, "many");
        byte[] content = new byte[4096];
        Random random = new(3);
        for (int file = 0; file < Files; file++)
        {
            string directory = Directory.CreateDirectory(Path.Combine(tree, $"directory-{file / 100}")).FullName;
            random.NextBytes(content);
            await File.WriteAllBytesAsync(Path.Combine(directory, $"file-{file}"), content[..random.Next(content.Length)]);
        }

        await System.Formats.Tar.TarFile.CreateFromDirectoryAsync(tree, tarball, includeBaseDirectory: false);
        return tarball;
    }

    private static void MakeLarge(string path)
    {
        byte[] block = new byte[1 << 20];
        Random random = new(1);
        using FileStream large = File.Create(path);
        for (int megabyte = 0; megabyte < Megabytes; megabyte++)
        {
            random.NextBytes(block);
            large.Write(block);
        }
    }
}
