using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;

namespace VirtualRoot.Fuse;

/// <summary>Reads and answers INIT, the first request of every connection.</summary>
internal sealed class FuseHandshake(FuseChannel channel, FuseSessionContext context)
{
    // fuse_init_in as far as flags; the rest came with 7.36.
    private const int ShortInitSize = 16;

    /// <summary>Negotiates. Returns null if the mount is gone, or the session is stopped, before INIT came.</summary>
    /// <exception cref="FuseDeviceException">The kernel's protocol is too old, or the device cannot be read.</exception>
    public FuseConnection? Run(CancellationToken stop)
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(Math.Max(context.Options.MaxWrite, 128 * 1024) + FuseProtocol.MinReadBuffer);
        while (channel.WaitReadable(stop))
        {
            int length = channel.Read(buffer);
            switch ((Errno)(-Math.Min(length, 0)))
            {
                case Errno.Success when length == 0:
                case Errno.ENODEV:
                case Errno.ECONNABORTED:
                    return null;
                case Errno.Success:
                    if (Answer(buffer.AsSpan(0, length)) is { } connection)
                    {
                        return connection;
                    }

                    break;
                case Errno.ENOENT:
                case Errno.EINTR:
                case Errno.EAGAIN:
                    break;
                case Errno.EPERM:
                    throw new FuseDeviceException("reading INIT failed with EPERM: the descriptor is no device of a FUSE mount; mount first, then pass its descriptor on unread");
                case Errno errno:
                    throw new FuseDeviceException($"reading INIT from the FUSE device failed with {errno}");
            }
        }

        return null;
    }

    /// <summary>Answers one request; null if another INIT is to come.</summary>
    private FuseConnection? Answer(ReadOnlySpan<byte> message)
    {
        int headerSize = Unsafe.SizeOf<FuseInHeader>();
        if (message.Length < headerSize)
        {
            throw new FuseDeviceException($"the FUSE device gave {message.Length} bytes, fewer than a request's header");
        }

        FuseReplyPort port = new(channel, context);
        FuseInHeader header = MemoryMarshal.Read<FuseInHeader>(message);
        ReadOnlySpan<byte> body = message[headerSize..];
        context.Statistics.CountRequest(header.Opcode);
        if (header.Opcode != FuseOpcode.INIT)
        {
            port.SendErrno(in header, Errno.EIO);
            throw new FuseDeviceException($"the first request of the FUSE device is {header.Opcode}, not INIT: something else has served this mount before; mount anew");
        }

        if (header.Len != message.Length || body.Length < ShortInitSize)
        {
            port.SendErrno(in header, Errno.EIO);
            throw new FuseDeviceException($"INIT has {message.Length} bytes where its header says {header.Len}");
        }

        Span<byte> padded = stackalloc byte[Unsafe.SizeOf<FuseInitIn>()];
        padded.Clear();
        body[..Math.Min(body.Length, padded.Length)].CopyTo(padded);
        return Answer(port, in header, MemoryMarshal.Read<FuseInitIn>(padded));
    }

    private FuseConnection? Answer(FuseReplyPort port, in FuseInHeader header, in FuseInitIn init)
    {
        if (init.Major > FuseProtocol.Major)
        {
            // "Reply with the major version supported, ignore the rest and expect a new INIT."
            port.SendStruct(in header, new FuseInitOut { Major = FuseProtocol.Major, Minor = FuseProtocol.NewestMinor });
            return null;
        }

        if (init.Major < FuseProtocol.Major || init.Minor < FuseProtocol.OldestMinor)
        {
            port.SendErrno(in header, Errno.EPROTO);
            throw new FuseDeviceException($"the kernel speaks FUSE {init.Major}.{init.Minor}; at least {FuseProtocol.Major}.{FuseProtocol.OldestMinor} (Linux 5.4) is needed");
        }

        FuseInitOut agreed = FuseNegotiation.Agree(in init, context.Options, Environment.SystemPageSize);
        FuseBackingFiles backing = new(channel, FuseNegotiation.FlagsOf(in agreed), context.Logger);
        FuseConnection connection = new(agreed, (int)init.Minor, FuseNegotiation.Offered(in init), new FuseNotifier(channel, (int)agreed.Minor), backing);
        try
        {
            context.FileSystem.Initialize(connection);
        }
#pragma warning disable CA1031 // Whatever it is, the kernel must be told, and the session cannot be served.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            port.SendErrno(in header, Errno.EIO);
            throw new FuseDeviceException($"the file system failed to initialize: {exception.Message}", exception);
        }

        port.SendStruct(in header, in agreed);
        return connection;
    }
}
