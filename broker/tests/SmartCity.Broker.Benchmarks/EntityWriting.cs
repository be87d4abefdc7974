using System.Buffers;
using BenchmarkDotNet.Attributes;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;

namespace SmartCity.Broker.Benchmarks;

/// <summary>Packed Entities to JSON, into a buffer that is used again.</summary>
public class EntityWriting
{
    private static readonly Representation Normalized = new();
    private static readonly Representation SystemAttributes = new() { SysAttrs = true };
    private static readonly Representation Concise = new() { Format = EntityFormat.Concise };
    private static readonly Representation Simplified = new() { Format = EntityFormat.Simplified };
    private static readonly Representation GeoJson = new() { GeoJson = true };

    private readonly PackedEntity _one = Vehicles.Packed(1);
    private readonly PackedEntity[] _page = [.. Enumerable.Range(1, 20).Select(Vehicles.Packed)];
    private readonly ArrayBufferWriter<byte> _output = new(64 * 1024);

    [Benchmark(Baseline = true)]
    public int OneNormalized() => Write(Normalized);

    [Benchmark]
    public int OneWithSystemAttributes() => Write(SystemAttributes);

    [Benchmark]
    public int OneConcise() => Write(Concise);

    [Benchmark]
    public int OneSimplified() => Write(Simplified);

    [Benchmark]
    public int OneFeature() => Write(GeoJson);

    [Benchmark]
    public int TwentyNormalized()
    {
        _output.ResetWrittenCount();
        EntityWriter.WriteAll(_page, Normalized, Context.Core, _output);
        return _output.WrittenCount;
    }

    private int Write(Representation representation)
    {
        _output.ResetWrittenCount();
        EntityWriter.Write(_one, representation, Context.Core, _output);
        return _output.WrittenCount;
    }
}
