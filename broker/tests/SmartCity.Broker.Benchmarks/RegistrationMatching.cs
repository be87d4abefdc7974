using BenchmarkDotNet.Attributes;
using SmartCity.Broker.Registrations;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Benchmarks;

/// <summary>What a request pays for 1 000 registrations of which none concerns it.</summary>
public class RegistrationMatching
{
    private static readonly Call Anybody = new() { Context = Context.Core };

    private readonly ContextRegistry _registry = new(new("here", DateTimeOffset.UnixEpoch), TimeProvider.System);

    private readonly RegistrationQuery _retrieve = new() { Selectors = [new() { Ids = ["urn:ngsi-ld:Vehicle:1"] }] };

    private readonly RegistrationQuery _query = new()
    {
        Selectors = [new() { Type = new TypeIs("https://uri.etsi.org/ngsi-ld/default-context/Vehicle") }],
    };

    [GlobalSetup]
    public void Register()
    {
        for (var i = 0; i < 1000; i++)
        {
            var device = new EntityInfo(["https://uri.etsi.org/ngsi-ld/default-context/Device"], $"urn:ngsi-ld:Device:{i}", null);
            _registry.Put(new("", new() { Id = $"urn:r:{i}", Endpoint = "http://a.example", Information = [new([device], ["switch"], [])] }, new()));
        }
    }

    [Benchmark]
    public bool ById() => _registry.Match(Anybody, _retrieve).IsEmpty;

    [Benchmark]
    public bool ByType() => _registry.Match(Anybody, _query).IsEmpty;
}
