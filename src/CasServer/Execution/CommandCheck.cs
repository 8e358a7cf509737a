using System.Text;
using VirtualRoot.CasClient;
using VirtualRoot.CasClient.Results;
using VirtualRoot.Grpc;
using Protos = VirtualRoot.CasClient.Protos;

namespace VirtualRoot.CasServer.Execution;

/// <summary>What REAPI and the kernel demand of a <c>Command</c>. All faults are told at once, within reason.</summary>
internal sealed class CommandCheck
{
    private const int MaxFaults = 8;

    // Linux: NAME_MAX, PATH_MAX without its NUL, MAX_ARG_STRLEN without its NUL.
    private const int MaxNameBytes = 255;
    private const int MaxPathBytes = 4095;
    private const int MaxTextBytes = (32 * 4096) - 1;

    private readonly List<string> _faults = [];

    /// <summary>The command in this project's terms.</summary>
    /// <exception cref="ActionRefusedException">INVALID_ARGUMENT.</exception>
    public static ActionCommand Check(Protos.Command command)
    {
        CommandCheck check = new();
        check.Arguments(command);
        check.Environment(command);
        check.Paths(command);
        if (!Enum.IsDefined((OutputDirectoryFormat)(int)command.OutputDirectoryFormat))
        {
            check.Add($"output_directory_format {(int)command.OutputDirectoryFormat} is unknown");
        }

        return check._faults.Count == 0 ? ToCommand(command) : throw new ActionRefusedException(new ActionStatus(
            StatusCode.InvalidArgument, "the Command cannot be run: " + string.Join("; ", check._faults.Take(MaxFaults))));
    }

    private static ActionCommand ToCommand(Protos.Command command) => new()
    {
        Arguments = [.. command.Arguments],
        Environment = [.. command.EnvironmentVariables.Select(static variable => KeyValuePair.Create(variable.Name, variable.Value))],
        WorkingDirectory = command.WorkingDirectory,
        OutputPaths = [.. command.OutputPaths],
        OutputFiles = [.. command.OutputFiles],
        OutputDirectories = [.. command.OutputDirectories],
        DirectoryFormat = (OutputDirectoryFormat)(int)command.OutputDirectoryFormat,
        NodeProperties = [.. command.OutputNodeProperties],
    };

    private void Arguments(Protos.Command command)
    {
        if (command.Arguments.Count == 0 || command.Arguments[0].Length == 0)
        {
            Add("it has no arguments, or an empty first one");
        }

        foreach (string argument in command.Arguments)
        {
            Text("argument", argument);
        }
    }

    private void Environment(Protos.Command command)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (Protos.Command.Types.EnvironmentVariable variable in command.EnvironmentVariables)
        {
            Text("environment variable", variable.Name);
            Text("value of an environment variable", variable.Value);
            if (variable.Name.Length == 0 || variable.Name.Contains('=', StringComparison.Ordinal))
            {
                Add($"environment variable '{EscapedText.Of(variable.Name)}' has no name, or a '=' in it");
            }
            else if (!names.Add(variable.Name))
            {
                Add($"environment variable '{EscapedText.Of(variable.Name)}' is given twice");
            }
        }
    }

    private void Paths(Protos.Command command)
    {
        if (!TryWalk("working_directory", command.WorkingDirectory, 0, out int depth))
        {
            return;
        }

        foreach ((string field, IEnumerable<string> paths) in new (string, IEnumerable<string>)[]
        {
            ("output_paths", command.OutputPaths), ("output_files", command.OutputFiles), ("output_directories", command.OutputDirectories),
        })
        {
            foreach (string path in paths)
            {
                if (path.Length == 0 && field == "output_files")
                {
                    Add("output_files has an empty path");
                }

                TryWalk(field, path, depth, out _);
            }
        }
    }

    /// <summary>Follows a path by its letters; false if it has a fault.</summary>
    private bool TryWalk(string field, string path, int depth, out int end)
    {
        end = depth;
        if (path.Length == 0)
        {
            return true;
        }

        int before = _faults.Count;
        if (path[0] == '/')
        {
            Add($"{field} '{EscapedText.Of(path)}' is absolute");
        }
        else if (Encoding.UTF8.GetByteCount(path) > MaxPathBytes || path.Split('/').Any(static name => Encoding.UTF8.GetByteCount(name) > MaxNameBytes))
        {
            Add($"{field} '{EscapedText.Of(path)}' is longer than paths and names can be");
        }
        else if (path.Contains('\0', StringComparison.Ordinal) || path.Split('/').Contains(string.Empty))
        {
            Add($"{field} '{EscapedText.Of(path)}' has a NUL or an empty part");
        }
        else
        {
            foreach (string name in path.Split('/'))
            {
                end += name switch { "." => 0, ".." => -1, _ => 1 };
                if (end < 0)
                {
                    Add($"{field} '{EscapedText.Of(path)}' leads out of the root");
                    break;
                }
            }
        }

        return _faults.Count == before;
    }

    private void Text(string what, string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            Add($"{what} '{EscapedText.Of(text)}' has a NUL");
        }
        else if (text.Length > MaxTextBytes / 4 && Encoding.UTF8.GetByteCount(text) > MaxTextBytes)
        {
            Add($"{what} '{EscapedText.Of(text)}' has more than {MaxTextBytes} bytes, the most that Linux passes");
        }
    }

    private void Add(string fault)
    {
        if (_faults.Count < MaxFaults)
        {
            _faults.Add(fault);
        }
    }
}
