using VirtualRoot.Testing.Processes;

namespace VirtualRoot.Testing.Roots;

/// <summary>A small C program, compiled statically: it needs nothing in the root but itself.</summary>
public static class CProgram
{
    public static string Compile(string source, string directory, string name)
    {
        string file = Path.Combine(directory, name + ".c");
        string program = Path.Combine(directory, name);
        File.WriteAllText(file, source);
        ChildProcess.Run(new ProcessCommand("/usr/bin/gcc", ["-O1", "-static", "-Wall", "-Werror", "-o", program, file]), TimeSpan.FromSeconds(60)).Expect();
        return program;
    }
}
