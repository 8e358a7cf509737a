using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using VirtualRoot.Fuse.Wire;
using VirtualRoot.Linux;

namespace VirtualRoot.Fuse;

/// <summary>A descriptor of /dev/fuse, or of anything else that keeps message boundaries (SOCK_SEQPACKET).</summary>
internal sealed class DeviceFuseChannel(SafeHandle device, bool ownsDevice) : FuseChannel
{
    // FUSE_DEV_IOC_CLONE: _IOR(229, 0, uint32_t).
    private const uint CloneRequest = 0x8004e500;

    // FUSE_DEV_IOC_BACKING_OPEN and _CLOSE: _IOW(229, 1, struct fuse_backing_map), _IOW(229, 2, uint32_t).
    private const uint BackingOpenRequest = 0x4010e501;
    private const uint BackingCloseRequest = 0x4004e502;

    private const string DevicePath = "/dev/fuse";

    private readonly Lock _readerLock = new();
    private int _readerThread; // protected by _readerLock; 0 for none, so that no signal hits a thread that took over the id

    /// <summary>Why <see cref="Clone"/> shared the descriptor; <see cref="Errno.Success"/> if it did not.</summary>
    public Errno CloneError { get; private set; }

    public override int Read(Span<byte> buffer) => Syscall.ReadOnce(device, buffer);

    public override void EnterReader()
    {
        WakeSignal.Prepare();
        lock (_readerLock)
        {
            _readerThread = Syscall.Gettid();
        }
    }

    public override void LeaveReader()
    {
        lock (_readerLock)
        {
            _readerThread = 0;
        }
    }

    public override void Wake()
    {
        lock (_readerLock)
        {
            if (_readerThread != 0)
            {
                WakeSignal.Send(_readerThread);
            }
        }
    }

    public override int Write(ReadOnlySpan<byte> message)
    {
        try
        {
            return Math.Min(Syscall.Write(device, message), 0);
        }
        catch (ObjectDisposedException)
        {
            return -(int)Errno.ENODEV; // an operation that outlived the session
        }
    }

    public override int Write(ReadOnlySpan<byte> head, ReadOnlySpan<byte> data)
    {
        try
        {
            return (int)Math.Min(Syscall.Writev(device, head, data), 0);
        }
        catch (ObjectDisposedException)
        {
            return -(int)Errno.ENODEV;
        }
    }

    public override bool WaitReadable(CancellationToken cancellation)
    {
        using SafeFileHandle wake = new(ThrowIfFailed(Syscall.EventFd(), "eventfd"), ownsHandle: true);
        using CancellationTokenRegistration registration = cancellation.UnsafeRegister(
            static state => _ = Syscall.Write((SafeHandle)state!, [1, 0, 0, 0, 0, 0, 0, 0]), wake);
        bool held = false;
        try
        {
            device.DangerousAddRef(ref held);
            Span<PollDescriptor> descriptors =
            [
                new((int)device.DangerousGetHandle(), PollEvents.POLLIN),
                new((int)wake.DangerousGetHandle(), PollEvents.POLLIN),
            ];
            ThrowIfFailed(Syscall.Poll(descriptors, -1), "poll");
            return !cancellation.IsCancellationRequested;
        }
        finally
        {
            if (held)
            {
                device.DangerousRelease();
            }
        }
    }

    public override int OpenBacking(SafeHandle file)
    {
        bool held = false;
        try
        {
            file.DangerousAddRef(ref held);
            FuseBackingMap map = new() { Fd = (int)file.DangerousGetHandle() };
            return Syscall.Ioctl(device, BackingOpenRequest, ref map);
        }
        catch (ObjectDisposedException)
        {
            return -(int)Errno.ENODEV;
        }
        finally
        {
            if (held)
            {
                file.DangerousRelease();
            }
        }
    }

    public override int CloseBacking(int id)
    {
        try
        {
            return Syscall.Ioctl(device, BackingCloseRequest, ref id);
        }
        catch (ObjectDisposedException)
        {
            return -(int)Errno.ENODEV; // the kernel has closed it with the connection
        }
    }

    /// <summary>A cloned descriptor, which has an input list of its own in the kernel; where that is refused, a share of this one.</summary>
    public override FuseChannel Clone()
    {
        CloneError = TryClone(out SafeFileHandle? clone);
        return clone is null ? new DeviceFuseChannel(device, ownsDevice: false) : new DeviceFuseChannel(clone, ownsDevice: true);
    }

    public override void Dispose()
    {
        if (ownsDevice)
        {
            device.Dispose();
        }
    }

    private Errno TryClone(out SafeFileHandle? clone)
    {
        clone = null;
        int descriptor = Syscall.Open(DevicePath, OpenFlags.O_RDWR);
        if (descriptor < 0)
        {
            return (Errno)(-descriptor);
        }

        SafeFileHandle opened = new(descriptor, ownsHandle: true);
        bool held = false;
        try
        {
            device.DangerousAddRef(ref held);
            uint source = (uint)device.DangerousGetHandle();
            int result = Syscall.Ioctl(opened, CloneRequest, ref source);
            if (result < 0)
            {
                opened.Dispose();
                return (Errno)(-result);
            }

            clone = opened;
            return Errno.Success;
        }
        finally
        {
            if (held)
            {
                device.DangerousRelease();
            }
        }
    }

    private static int ThrowIfFailed(int result, string call) =>
        result >= 0 ? result : throw new FuseDeviceException($"{call} for the FUSE device failed with {(Errno)(-result)}");
}
