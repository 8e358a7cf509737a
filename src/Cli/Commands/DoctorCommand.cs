using System.CommandLine;
using System.Text.Json;
using VirtualRoot.Cli.Doctor;
using VirtualRoot.Cli.Settings;

namespace VirtualRoot.Cli.Commands;

/// <summary><c>vroot doctor</c>.</summary>
internal sealed class DoctorCommand : VRootCommand
{
    public DoctorCommand()
        : base(
            "doctor",
            "Looks at everything that vroot needs: what works, what does not, and how to mend it; succeeds if vroot run works",
            "vroot doctor",
            "vroot doctor --cas grpc://cas:8980               asks that CAS too",
            "vroot doctor --output json | jq '.checks[] | select(.state == \"fails\")'")
    {
        Common.AddCas(this).AddCache(this).AddGeneral(this);
    }

    protected override async Task<int> ExecuteAsync(ParseResult parse, TerminationSignals signals)
    {
        CommonSettings settings = Common.Read(parse);
        Diagnosis diagnosis = await Diagnosis.MakeAsync(settings, signals.Token);
        using Stream output = Console.OpenStandardOutput();
        if (settings.Json)
        {
            WriteJson(output, diagnosis);
        }
        else
        {
            WriteText(output, diagnosis);
        }

        return diagnosis.CanRun ? ExitCode.Done : ExitCode.NotReady;
    }

    private static string NameOf(CheckState state) => state switch
    {
        CheckState.Works => "works",
        CheckState.Optional => "optional",
        _ => "fails",
    };

    private static void WriteText(Stream output, Diagnosis diagnosis)
    {
        using StreamWriter text = new(output);
        foreach (CheckResult check in diagnosis.Checks)
        {
            string sign = check.State == CheckState.Works ? "ok  " : check.State == CheckState.Optional ? "-   " : "FAIL";
            text.WriteLine($"{sign}  {check.Name,-18} {check.Detail}");
            if (check.Remedy.Length > 0)
            {
                text.WriteLine($"{"",-25}to mend it: {check.Remedy}");
            }
        }

        text.WriteLine();
        text.WriteLine(diagnosis.CanRun ? "vroot run works here." : "vroot run does not work here yet: mend what says FAIL.");
    }

    private static void WriteJson(Stream output, Diagnosis diagnosis)
    {
        using (Utf8JsonWriter json = new(output))
        {
            json.WriteStartObject();
            json.WriteBoolean("canRun", diagnosis.CanRun);
            json.WriteStartArray("checks");
            foreach (CheckResult check in diagnosis.Checks)
            {
                json.WriteStartObject();
                json.WriteString("name", check.Name);
                json.WriteString("state", NameOf(check.State));
                json.WriteString("detail", check.Detail);
                json.WriteString("remedy", check.Remedy);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }
}
