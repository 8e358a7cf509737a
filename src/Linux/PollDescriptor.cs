using System.Runtime.InteropServices;

namespace VirtualRoot.Linux;

/// <summary><c>struct pollfd</c>: one descriptor that <see cref="Syscall.Poll"/> waits on. 8 bytes.</summary>
/// <param name="Descriptor">A descriptor that the caller keeps open during the call; a negative one is skipped.</param>
/// <param name="Events">What to wait for.</param>
/// <param name="Returned">What has happened; written by the kernel.</param>
[StructLayout(LayoutKind.Sequential)]
public record struct PollDescriptor(int Descriptor, PollEvents Events, PollEvents Returned = PollEvents.None);
