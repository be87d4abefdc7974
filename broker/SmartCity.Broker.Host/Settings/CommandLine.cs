using System.CommandLine;
using System.CommandLine.Invocation;

namespace SmartCity.Broker.Host.Settings;

/// <summary>
/// From arguments, environment and smartcity.json to settings, in this order of precedence. An option <c>--log-json</c> is
/// <c>SMARTCITY_LogJson</c> in the environment and <c>LogJson</c> in the file; <c>--Limits:BodyBytes</c> is
/// <c>SMARTCITY_Limits__BodyBytes</c>, and the member <c>BodyBytes</c> of <c>Limits</c>.
/// </summary>
internal static class CommandLine
{
    private static readonly Dictionary<string, string> Options = new()
    {
        ["--urls"] = "where to listen, separated by semicolons (default http://localhost:1026)",
        ["--public-url"] = "where clients find the broker, such as https://hub.example.org (default: where their requests go)",
        ["--alias"] = "the broker's name among Context Sources (default: made from the names of machine and folder)",
        ["--data"] = "the folder of the store (default ./data)",
        ["--contexts"] = "a folder of contexts that are known without fetching them",
        ["--log-level"] = "Trace, Debug, Information (default), Warning, Error, Critical or None",
        ["--log-json"] = "log lines as JSON (default false)",
        ["--cors"] = "origins of web pages that may call, separated by commas (default *, empty for none)",
    };

    /// <summary>Parses, and runs the program or prints what is wrong, or the help.</summary>
    /// <returns>The exit code.</returns>
    public static Task<int> InvokeAsync(string[] arguments, Func<HubSettings, Task<int>> run)
    {
        var command = new RootCommand("SmartCity, an NGSI-LD context broker.");
        foreach (var (name, description) in Options) command.Options.Add(new Option<string>(name) { Description = description });
        foreach (var (name, kind, description) in Sections.Options)
        {
            command.Options.Add(new Option<string>(name) { Description = description, HelpName = kind });
        }

        command.SetAction(async (parsed, _) =>
        {
            var given = new Dictionary<string, string?>();
            foreach (var option in command.Options.OfType<Option<string>>())
            {
                if (parsed.GetValue(option) is { } value) given[Key(option.Name)] = value;
            }

            var (settings, problems) = SettingsReader.Read(given);
            if (problems.Count == 0) return await run(settings);
            foreach (var problem in problems) await Console.Error.WriteLineAsync(problem);
            return 2;
        });
        var line = command.Parse(arguments);
        // A hundred lines of help would push out of sight what is wrong.
        if (line.Action is ParseErrorAction wrong) wrong.ShowHelp = false;
        // Ctrl-C is the web server's to handle.
        return line.InvokeAsync(new() { ProcessTerminationTimeout = null });
    }

    // --log-json is LogJson.
    private static string Key(string option) =>
        string.Concat(option.TrimStart('-').Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}
