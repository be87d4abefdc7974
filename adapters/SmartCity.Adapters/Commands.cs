using System.CommandLine;
using SmartCity.Adapters.Cities;

namespace SmartCity.Adapters;

/// <summary>The command line of the adapter host.</summary>
internal static class Commands
{
    private static readonly Argument<DirectoryInfo> CityFolderArgument = new("city")
    {
        Description = "The folder of the city: city.yaml and adapters/*.yaml",
    };

    private static readonly Option<string?> BrokerOption = new("--broker")
    {
        Description = "The NGSI-LD broker, such as http://localhost:1026; wins over city.yaml",
    };

    private static readonly Option<DirectoryInfo?> StateOption = new("--state")
    {
        Description = "Where dead letters are kept; the folder data of the city by default",
    };

    internal static RootCommand Root() => new("Brings the data of a city's sources to an NGSI-LD broker") { Run(), Check() };

    private static Command Run()
    {
        var command = new Command("run", "Runs the adapters of a city until it is stopped by Ctrl-C")
        {
            CityFolderArgument, BrokerOption, StateOption,
        };
        command.SetAction((parsed, stop) => RunAsync(
            parsed.GetValue(CityFolderArgument)!.FullName, parsed.GetValue(BrokerOption), parsed.GetValue(StateOption)?.FullName, stop));
        return command;
    }

    private static Command Check()
    {
        var command = new Command("check", "Reads the configuration of a city and tells everything that is wrong with it")
        {
            CityFolderArgument, BrokerOption,
        };
        command.SetAction(parsed =>
        {
            using var loggers = LoggerFactory.Create(_ => { });
            var folder = parsed.GetValue(CityFolderArgument)!.FullName;
            // Which broker it will be is no matter of the files.
            var city = Read(folder, parsed.GetValue(BrokerOption) ?? "http://localhost:1026", loggers);
            if (city is null) return 1;
            Console.WriteLine($"{city.Name}: {city.Adapters.Count} adapters are in order");
            return 0;
        });
        return command;
    }

    private static async Task<int> RunAsync(string folder, string? broker, string? state, CancellationToken stop)
    {
        using var loggers = LoggerFactory.Create(logging => logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
        }));
        if (Read(folder, broker, loggers) is not { } city) return 1;

        // Connections are renewed, so that a broker that moves to another address is found again.
        using var handler = new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        using var http = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(30) };
        var runner = new CityRunner(city, state ?? Path.Combine(folder, "data"), http, loggers, TimeProvider.System);
        await runner.RunAsync(stop);
        return 0;
    }

    private static City? Read(string folder, string? broker, ILoggerFactory loggers)
    {
        var reader = new CityFolder(folder, loggers, TimeProvider.System);
        var city = reader.Read(broker);
        foreach (var problem in reader.Problems.OrderBy(p => p.File, StringComparer.Ordinal).ThenBy(p => p.Line))
            Console.Error.WriteLine(problem);
        return city;
    }
}
