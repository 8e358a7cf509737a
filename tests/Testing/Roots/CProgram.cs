using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Testing.Roots;

/// <summary>A small C program, compiled statically: it needs nothing in the root but itself.</summary>
public static class CProgram
{
    public static string Compile(string source, string directory, string name)
    {
        string file = Path.Combine(directory, name + ".c");
        File.WriteAllText(file, source);
        return Compile([file], Path.Combine(directory, name));
    }

    /// <summary>The same of files that are there.</summary>
    public static string Compile(string[] files, string program)
    {
        ChildProcess.Run(new ProcessCommand("/usr/bin/gcc", ["-O1", "-static", "-Wall", "-Werror", "-o", program, .. files]), TimeSpan.FromSeconds(60)).Expect();
        return program;
    }
}
