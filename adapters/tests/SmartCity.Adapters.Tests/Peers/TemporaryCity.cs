using Microsoft.Extensions.Logging.Abstractions;
using SmartCity.Adapters.Cities;

namespace SmartCity.Adapters.Tests.Peers;

/// <summary>The folder of a city that lives as long as its test.</summary>
internal sealed class TemporaryCity : IDisposable
{
    internal TemporaryCity(string? cityYaml = null)
    {
        Folder = Directory.CreateTempSubdirectory("city-").FullName;
        Write("city.yaml", cityYaml ?? "name: Testno mesto");
    }

    internal string Folder { get; }

    internal string State => Path.Combine(Folder, "data");

    internal string this[string path] => Path.Combine(Folder, path);

    internal void Write(string path, string content)
    {
        var file = this[path];
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
    }

    internal CityFolder Reader() => new(Folder, NullLoggerFactory.Instance, TimeProvider.System);

    /// <summary>Runs the adapters until the returned object is disposed.</summary>
    internal RunningCity Run(Uri broker)
    {
        var reader = Reader();
        var city = reader.Read(broker.ToString());
        Assert.Empty(reader.Problems);
        return new RunningCity(city!, State);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

internal sealed class RunningCity : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly Task _run;

    internal RunningCity(City city, string state) =>
        _run = new CityRunner(city, state, _http, NullLoggerFactory.Instance, TimeProvider.System).RunAsync(_stop.Token);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run.WaitAsync(TimeSpan.FromSeconds(60));
        _http.Dispose();
        _stop.Dispose();
    }
}
