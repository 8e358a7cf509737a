namespace VirtualRoot.Cli.Settings;

/// <summary>A setting as somebody wrote it.</summary>
/// <param name="Text">The value.</param>
/// <param name="Origin">Who wrote it, for messages: <c>--cache-size</c>, <c>VROOT_CACHE_SIZE</c>, or the file and its key.</param>
internal readonly record struct SettingValue(string Text, string Origin);
