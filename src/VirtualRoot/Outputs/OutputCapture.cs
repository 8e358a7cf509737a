using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Results;
using VirtualRoot.CasClient.Uploads;
using VirtualRoot.Scratch;
using VirtualRoot.Tree;

namespace VirtualRoot.Outputs;

/// <summary>
/// The outputs of one root. Made before the action starts, it makes the directories that lead to them and hashes written
/// files as their last writers close them; after the action's end it looks at what stands there, hashes the rest, sends what
/// the CAS lacks, and tells the result. What is a blob already (an input: unchanged, renamed, linked or copied whole) is
/// neither read nor hashed, and sent only if the CAS has dropped it.
/// <para>Lock order: the root's gate, for moments; never across a fetch, a hash or an upload.</para>
/// </summary>
public sealed class OutputCapture : IAsyncDisposable
{
    // Uploads under way at the same time, as UploadOptions has it.
    private const int Senders = 4;

    private readonly Root _root;
    private readonly OutputRequest _request;
    private readonly OutputHasher _hasher;
    private readonly WantedOutputs _wanted;
    private readonly OutputFinder _finder;
    private Action<TreeFile>? _closed;

    /// <summary>A capture of what <paramref name="request"/> asks for.</summary>
    /// <exception cref="OutputException">InvalidPath: a path that REAPI forbids.</exception>
    public OutputCapture(Root root, OutputRequest request)
    {
        _root = root;
        _request = request;
        _wanted = new WantedOutputs(request);
        _finder = new OutputFinder(root);
        _hasher = new OutputHasher(root.Options.InputRoot.Function);
    }

    /// <summary>Written files hashed so far.</summary>
    internal long HashedFiles => _hasher.Hashed.Files;

    private DigestFunction Function => _root.Options.InputRoot.Function;

    /// <summary>Makes the directories that lead to the outputs, as REAPI has a worker do, and those that must be directories;
    /// begins to hash what is written there. Before the action starts.</summary>
    /// <exception cref="OutputException">InvalidPath: something that is no directory stands on the way.</exception>
    /// <exception cref="CasException">An input directory on the way cannot be had.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        WantedFiles wanted = new();
        foreach (OutputPath path in _wanted.All)
        {
            TreeDirectory parent = await _finder.MakeParentsAsync(path, cancellationToken).ConfigureAwait(false);
            wanted.Add(path.Names.Length == 0 ? null : parent, path.Names.LastOrDefault());
        }

        // REAPI has only the parents made. Bazel makes the directories themselves in its local executions, and before 6.0
        // expects the same of a worker; with output_paths it sends them as empty inputs.
        foreach (OutputPath path in _wanted.Directories.Where(static path => path.Names.Length > 0))
        {
            TreeDirectory parent = await _finder.MakeParentsAsync(path, cancellationToken).ConfigureAwait(false);
            await _finder.FindOrMakeAsync(parent, path.Names[^1], cancellationToken).ConfigureAwait(false);
        }

        _closed = file =>
        {
            if (wanted.Contains(file))
            {
                _hasher.WritersClosed(file);
            }
        };
        lock (_root.Gate)
        {
            _root.WritersClosed = _closed;
        }
    }

    /// <summary>Captures the outputs; when it returns they are in the sink. Outputs that are not there are left out.</summary>
    /// <param name="sink">Where blobs go.</param>
    /// <param name="stdout">A file with the action's standard output; null: not captured.</param>
    /// <param name="stderr">A file with its standard error; null: not captured.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OutputException">An output cannot be expressed; names its path.</exception>
    /// <exception cref="CasException">The sink failed, or an input directory cannot be had.</exception>
    /// <exception cref="ScratchException">The scratch disk failed.</exception>
    public async Task<CapturedOutputs> CaptureAsync(IBlobSink sink, SafeFileHandle? stdout, SafeFileHandle? stderr, CancellationToken cancellationToken)
    {
        (FoundOutputs found, List<string> warnings) = await FindSettledAsync(cancellationToken).ConfigureAwait(false);
        long sent = 0;
        long sentBytes = 0;
        (long filesBefore, long bytesBefore) = _hasher.Hashed;
        BlobUploader uploader = new(sink, Senders, bytes =>
        {
            Interlocked.Increment(ref sent);
            Interlocked.Add(ref sentBytes, bytes);
        });
        ActionResult result = new();
        int directories = 0;
        await uploader.RunAsync(ProduceAsync, cancellationToken).ConfigureAwait(false);
        (long files, long bytes) = _hasher.Hashed;
        OutputStatistics statistics = new(
            found.Walker.Known.Count, files - filesBefore, bytes - bytesBefore, filesBefore, directories, sent, sentBytes);
        return new CapturedOutputs(result, warnings, statistics);

        async Task ProduceAsync(CancellationToken token)
        {
            result = result with
            {
                Stdout = stdout is null ? null : await TextCapture.TakeAsync(stdout, Function, _request.MaxInlineTextBytes, uploader, token).ConfigureAwait(false),
                Stderr = stderr is null ? null : await TextCapture.TakeAsync(stderr, Function, _request.MaxInlineTextBytes, uploader, token).ConfigureAwait(false),
            };
            foreach (Digest digest in found.Walker.Known.Select(file => file.Digest).Distinct())
            {
                await uploader.QueueAsync(KnownBlob.Of(digest, _root.Blobs), token).ConfigureAwait(false);
            }

            await HashAsync(found.Walker.Written, uploader, token).ConfigureAwait(false);
            result = found.AddTo(result, await EncodeAsync(found, uploader, token).ConfigureAwait(false));
        }

        async Task<IReadOnlyList<OutputDirectory>> EncodeAsync(FoundOutputs outputs, BlobUploader blobs, CancellationToken token)
        {
            OutputEncoder encoder = new(Function, _request.DirectoryFormat, blobs);
            List<OutputDirectory> told = [];
            foreach ((OutputPath path, CapturedDirectory directory) in outputs.Directories)
            {
                told.Add(await encoder.EncodeAsync(path, directory, token).ConfigureAwait(false));
            }

            directories = encoder.Directories;
            return told;
        }
    }

    /// <summary>Stops hashing in the background.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_root.Gate)
        {
            _root.WritersClosed = _root.WritersClosed == _closed ? null : _root.WritersClosed; // another capture may have come
        }

        return _hasher.DisposeAsync();
    }

    // The kernel closes the files of a process that has ended some moments later; their last bytes and times come with that.
    private async Task<(FoundOutputs Found, List<string> Warnings)> FindSettledAsync(CancellationToken cancellationToken)
    {
        FoundOutputs found = await FoundOutputs.FindAsync(_root, _request, _wanted, _finder, cancellationToken).ConfigureAwait(false);
        if (found.CountOpenForWriting() == 0)
        {
            return (found, []);
        }

        long patience = (long)_request.WriterPatience.TotalMilliseconds;
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(2));
        for (long begin = Environment.TickCount64; Environment.TickCount64 - begin < patience && found.CountOpenForWriting() > 0;)
        {
            await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
        }

        found = await FoundOutputs.FindAsync(_root, _request, _wanted, _finder, cancellationToken).ConfigureAwait(false);
        int open = found.CountOpenForWriting();
        return (found, open == 0 ? [] : [$"{open} output files are still open for writing: captured as they are now"]);
    }

    private async Task HashAsync(List<CapturedFile> written, BlobUploader uploader, CancellationToken cancellationToken)
    {
        ConcurrentDictionary<TreeFile, byte> queued = new();
        ParallelOptions options = new() { MaxDegreeOfParallelism = Math.Max(2, Environment.ProcessorCount), CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(written, options, async (captured, token) =>
        {
            TreeFile file = captured.Written!;
            HashedContent hashed = await _hasher.HashAsync(file, token).ConfigureAwait(false);
            captured.Digest = hashed.Digest;
            if (queued.TryAdd(file, 0))
            {
                await uploader.QueueAsync(WrittenBlob.Of(file, hashed.Digest, hashed.Version), token).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
    }
}
