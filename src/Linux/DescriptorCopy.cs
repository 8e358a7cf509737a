namespace VirtualRoot.Linux;

/// <summary>One dup2 in a child that <see cref="Syscall.PosixSpawn"/> makes.</summary>
/// <param name="From">A descriptor of ours, open during the call.</param>
/// <param name="To">Its number in the child; the same number only takes close-on-exec off.</param>
public readonly record struct DescriptorCopy(int From, int To);
