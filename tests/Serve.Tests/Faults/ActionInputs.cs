using System.Text;
using VirtualRoot.CasClient.Remote;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.Serve.Tests.Faults;

/// <summary>The inputs of one action, all of them its own but for a few: two directories of small files and a large file, of text that
/// tells a <see cref="FaultPlan"/> that it is content.</summary>
internal sealed class ActionInputs
{
    private const int SmallFiles = 3;

    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    public ActionInputs(Random random, int number)
    {
        foreach (string directory in new[] { "a", "b" })
        {
            for (int i = 0; i < SmallFiles; i++)
            {
                // Some are the inputs of several actions at once.
                bool isShared = random.Next(8) == 0;
                int seed = isShared ? random.Next(8) : random.Next();
                _files[$"{directory}/{i}"] = Text(new Random(seed), isShared ? $"shared {seed}" : $"{number} {directory}/{i}", lines: 1 + (seed % 30));
            }
        }

        _files["large"] = Text(random, $"{number} large", lines: random.Next(1500, 6000));
    }

    /// <summary>What stands in every line of every file.</summary>
    public static ReadOnlySpan<byte> Mark => "content:"u8;

    public byte[] Large => _files["large"];

    /// <summary>All small files, one after the other.</summary>
    public byte[] Small => [.. _files.Where(static file => file.Key != "large").OrderBy(static file => file.Key, StringComparer.Ordinal).SelectMany(static file => file.Value)];

    /// <summary>Puts them into the CAS, and below "in" of a root.</summary>
    public void AddTo(Protos.Directory root, ServedWorker worker)
    {
        Protos.Directory top = new();
        BusyboxRoot.AddFile(top, "large", worker.Put(Large));
        foreach (string name in new[] { "a", "b" })
        {
            Protos.Directory directory = new();
            for (int i = 0; i < SmallFiles; i++)
            {
                BusyboxRoot.AddFile(directory, $"{i}", worker.Put(_files[$"{name}/{i}"]));
            }

            top.Directories.Add(new Protos.DirectoryNode { Name = name, Digest = worker.Put(directory).ToMessage() });
        }

        // After "bin", as a Directory's names are sorted.
        root.Directories.Add(new Protos.DirectoryNode { Name = "in", Digest = worker.Put(top).ToMessage() });
    }

    private static byte[] Text(Random random, string title, int lines)
    {
        byte[] bytes = new byte[48];
        StringBuilder text = new();
        for (int i = 0; i < lines; i++)
        {
            random.NextBytes(bytes);
            text.Append(Encoding.ASCII.GetString(Mark)).Append(title).Append(' ').Append(Convert.ToHexString(bytes)).Append('\n');
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }
}
