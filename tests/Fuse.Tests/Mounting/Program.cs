namespace VirtualRoot.Fuse.Tests.Mounting;

/// <summary>Runs outside the test host, as another user or alone: <see cref="MountScenarios"/>, or a verb of <see cref="MountDriver"/>.</summary>
public static class Program
{
    public static async Task<int> Main(string[] arguments)
    {
        if (MountDriver.Verbs.TryGetValue(arguments.FirstOrDefault(""), out Func<string[], Task<int>>? verb))
        {
            return await verb(arguments[1..]);
        }

        foreach (string name in arguments)
        {
            try
            {
                await MountScenarios.All[name]();
                Console.WriteLine($"{name}: ok");
            }
#pragma warning disable CA1031 // The parent asserts on the line.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Console.WriteLine($"{name}: {exception.ToString().ReplaceLineEndings(" ")}");
            }
        }

        return 0;
    }
}
