using System.Formats.Tar;
using System.Globalization;
using System.Text;

namespace VirtualRoot.Work.Tests.Support;

/// <summary>A tarball of 10,000 files in 100 directories, with hard and symbolic links, modes and times to the nanosecond; always the same bytes.</summary>
internal static class ManyFiles
{
    private const int Directories = 100;
    private const int FilesInEach = 100;
    private static readonly int[] s_modes = [0b110_100_100, 0b111_101_101, 0b110_000_000, 0b100_100_100];

    public static void Write(string path)
    {
        using FileStream file = File.Create(path);
        using TarWriter tar = new(file, TarEntryFormat.Pax);
        for (int directory = 0; directory < Directories; directory++)
        {
            string parent = string.Create(CultureInfo.InvariantCulture, $"directory-{directory:D3}");
            tar.WriteEntry(Entry(TarEntryType.Directory, parent + "/", 0b111_101_101, directory));
            for (int index = 0; index < FilesInEach; index++)
            {
                int number = (directory * FilesInEach) + index;
                string name = Name(parent, "file", number);
                PaxTarEntry entry = Entry(TarEntryType.RegularFile, name, s_modes[number % s_modes.Length], number);
                entry.DataStream = new MemoryStream(Encoding.UTF8.GetBytes(Text(name, lines: number % 10 * 7)));
                tar.WriteEntry(entry);
                if (index % 20 == 0)
                {
                    PaxTarEntry hard = Entry(TarEntryType.HardLink, Name(parent, "hard", number), s_modes[number % s_modes.Length], number);
                    hard.LinkName = name;
                    tar.WriteEntry(hard);
                    PaxTarEntry symbolic = Entry(TarEntryType.SymbolicLink, Name(parent, "symbolic", number), 0b111_111_111, number);
                    symbolic.LinkName = "../" + name;
                    tar.WriteEntry(symbolic);
                }
            }
        }
    }

    private static string Name(string parent, string kind, int number) => string.Create(CultureInfo.InvariantCulture, $"{parent}/{kind}-{number:D4}");

    private static PaxTarEntry Entry(TarEntryType type, string name, int mode, int number) => new(type, name)
    {
        Mode = (UnixFileMode)mode,
        ModificationTime = DateTimeOffset.FromUnixTimeSeconds(1_000_000_000 + number).AddTicks(number * 7L),
    };

    private static string Text(string name, int lines) =>
        string.Concat(Enumerable.Range(0, lines).Select(line => string.Create(CultureInfo.InvariantCulture, $"{name} line {line} {line * line % 97}\n")));
}
