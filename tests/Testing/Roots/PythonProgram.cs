namespace VirtualRoot.Testing.Roots;

/// <summary>Debian's python3 in a root, for catalogues that are written in it.</summary>
public static class PythonProgram
{
    public const string Path = "/usr/bin/python3";

    /// <summary>Adds the interpreter, its library, and what _ctypes needs.</summary>
    public static RootTree AddPython(this RootTree tree)
    {
        string library = "/usr/lib/" + System.IO.Path.GetFileName(File.ResolveLinkTarget(Path, returnFinalTarget: true)!.FullName);
        tree.AddProgram(Path).Add(library, library);
        foreach (string module in Directory.EnumerateFiles(library + "/lib-dynload", "_ctypes.*.so"))
        {
            tree.AddLibrariesOf(module);
        }

        return tree;
    }
}
