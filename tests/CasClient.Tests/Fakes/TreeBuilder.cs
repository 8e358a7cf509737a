using VirtualRoot.CasClient.Remote;

namespace VirtualRoot.CasClient.Tests.Fakes;

/// <summary>Makes Directory messages for a fake CAS.</summary>
internal static class TreeBuilder
{
    public static Protos.Directory Directory(params (string Name, Digest Digest)[] children)
    {
        var directory = new Protos.Directory();
        directory.Directories.AddRange(children.Select(child => new Protos.DirectoryNode { Name = child.Name, Digest = child.Digest.ToMessage() }));
        return directory;
    }

    public static Protos.Directory WithFile(this Protos.Directory directory, string name, Digest digest)
    {
        directory.Files.Add(new Protos.FileNode { Name = name, Digest = digest.ToMessage() });
        return directory;
    }

    /// <summary>A root with <paramref name="count"/> directories of <paramref name="files"/> files each.</summary>
    public static Digest Wide(FakeCas cas, int count, int files)
    {
        Digest file = cas.Add([42]);
        var root = new Protos.Directory();
        for (int i = 0; i < count; i++)
        {
            Protos.Directory child = Directory();
            for (int j = 0; j < files; j++)
            {
                child.WithFile($"file{i:d5}-{j:d5}", file);
            }

            root.Directories.Add(new Protos.DirectoryNode { Name = $"dir{i:d5}", Digest = cas.Add(child).ToMessage() });
        }

        return cas.Add(root);
    }

    /// <summary>Directories each of which holds the next <paramref name="width"/> times: 1 a chain, more an exponential DAG.</summary>
    public static Digest Deep(FakeCas cas, int levels, int width)
    {
        Digest digest = cas.Add(Directory().WithFile("leaf", cas.Add([1])));
        for (int i = 1; i < levels; i++)
        {
            digest = cas.Add(Directory([.. Enumerable.Range(0, width).Select(n => ($"d{n}", digest))]));
        }

        return digest;
    }
}
