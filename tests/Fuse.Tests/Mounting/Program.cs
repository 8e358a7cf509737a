namespace VirtualRoot.Fuse.Tests.Mounting;

/// <summary>Runs <see cref="MountScenarios"/> outside the test host: as another user, in a user namespace.</summary>
public static class Program
{
    public static async Task<int> Main(string[] arguments)
    {
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
