using BenchmarkDotNet.Attributes;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Benchmarks;

/// <summary>One packed Entity against a query that it matches.</summary>
public class EntityMatching
{
    private readonly PackedEntity _vehicle = Vehicles.Packed(101);
    private readonly EntityMatcher _byType = new(new()
    {
        Selectors = [new() { Type = TypeSelectionParser.Parse("Vehicle", Context.Core).Value }],
    });

    private readonly EntityMatcher _byValue = new(new()
    {
        Selectors = [new() { Type = TypeSelectionParser.Parse("Vehicle", Context.Core).Value }],
        Q = QParser.Parse("speed>100;colour==\"red\"", Context.Core).Value,
    });

    [Benchmark]
    public bool ByType() => _byType.Matches(_vehicle);

    [Benchmark]
    public bool ByTypeAndValues() => _byValue.Matches(_vehicle);
}
