using Microsoft.Extensions.Logging;

namespace VirtualRoot.Tree;

/// <summary>
/// Fetches small inputs before they are read, where an action reads file after file in the order of names: what it reads one
/// by one would cost a round trip to the CAS each. Reads in a row are those of a directory's files, one after the other, and
/// then of the directories beside it. Only reads that had to wait begin it, and a row ends when enough others have begun since,
/// so that a program that reads a few of many files fetches no others.
/// <para>All state is protected by <see cref="Root.Gate"/>; the fetching itself is not.</para>
/// </summary>
internal sealed class ReadAhead
{
    // Processes that read beside each other: those of `make -j4`, of a pipeline. Each more makes it likelier that reads
    // here and there look like a row.
    private const int MostRows = 4;

    private readonly ILogger _logger;
    private readonly ReadAheadRow[] _rows = new ReadAheadRow[MostRows]; // the last read's first
    private bool _hasEnded;

    public ReadAhead(Root root, ILogger logger)
    {
        _logger = logger;
        for (int index = 0; index < MostRows; index++)
        {
            _rows[index] = new ReadAheadRow(root, this);
        }
    }

    /// <summary>What is being fetched, or was last; empty: nothing yet.</summary>
    internal IEnumerable<Task> Fetches => _rows.Select(static row => row.Fetch).OfType<Task>();

    /// <summary>An input is read for the first time.</summary>
    /// <param name="file">It.</param>
    /// <param name="isHere">Whether nothing had to be fetched for it.</param>
    public void Note(TreeFile file, bool isHere)
    {
        if (_hasEnded || file.Origin is not { } directory)
        {
            return; // renamed or changed: no longer where its neighbours are
        }

        DirectoryPlace place = new(directory.Listing, directory.ListingIndex, file.Listing!, file.ListingIndex);
        int index = IndexOf(place);
        ReadAheadRow row = _rows[index];
        Array.Copy(_rows, 0, _rows, 1, index);
        _rows[0] = row;
        row.Note(place, isHere);
    }

    /// <summary>The row that a read continues: one in its directory before one that ends in another; else the one that was not read in for longest.</summary>
    private int IndexOf(in DirectoryPlace place)
    {
        int found = MostRows - 1;
        for (int index = MostRows - 1; index >= 0; index--)
        {
            if (_rows[index].IsContinuedBy(place))
            {
                found = index;
                if (_rows[index].IsIn(place))
                {
                    break;
                }
            }
        }

        return found;
    }

    /// <summary>A fetch met a bug. It is told once, and the root reads ahead no longer: whatever is read is fetched then.</summary>
    public void End(Exception exception)
    {
        if (!_hasEnded)
        {
            _hasEnded = true;
            ReadAheadLog.Failed(_logger, exception);
        }
    }
}
