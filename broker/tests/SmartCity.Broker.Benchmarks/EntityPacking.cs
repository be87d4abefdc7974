using BenchmarkDotNet.Attributes;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;

namespace SmartCity.Broker.Benchmarks;

/// <summary>From JSON to records to the form that is kept, and back.</summary>
public class EntityPacking
{
    private readonly byte[] _json = Vehicles.Json(1);
    private readonly Entity _entity = Vehicles.Entity(1);
    private readonly PackedEntity _packed = Vehicles.Packed(1);

    [Benchmark]
    public Entity Read() =>
        EntityReader.Read(_json, Context.Core, EntityInput.Entity, EntityReaderOptions.Default).Value;

    [Benchmark]
    public PackedEntity Pack() => PackedEntity.Pack(_entity);

    [Benchmark]
    public PackedEntity ReadAndPack() => PackedEntity.Pack(Read());

    [Benchmark]
    public Entity Unpack() => _packed.Unpack();

    [Benchmark]
    public PackedEntity FromBytes() => PackedEntity.FromBytes(_packed.Bytes.ToArray(), null);

    [Benchmark]
    public int Walk()
    {
        var length = 0;
        foreach (var attribute in _packed.Attributes) length += attribute.Value.Length;
        return length;
    }
}
