using System.Buffers;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;
using SmartCity.NgsiLd.Tests.Entities;
using Xunit;

namespace SmartCity.NgsiLd.Tests.Json;

/// <summary>Bytes allocated per operation are a promise of the hot paths.</summary>
public class AllocationTests
{
    private static readonly PackedEntity Vehicle = PackedEntity.Pack(PackedEntityTests.Vehicle(42));
    private static readonly PackedEntity[] Page = [Vehicle, Vehicle, Vehicle];

    public static TheoryData<EntityFormat, bool, bool> Representations => new()
    {
        { EntityFormat.Normalized, false, false },
        { EntityFormat.Normalized, true, false },
        { EntityFormat.Normalized, false, true },
        { EntityFormat.Concise, false, false },
        { EntityFormat.Simplified, false, false },
    };

    [Theory]
    [MemberData(nameof(Representations))]
    public void Writing_into_a_buffer_that_is_used_again_allocates_nothing(EntityFormat format, bool sysAttrs, bool geoJson)
    {
        var representation = new Representation { Format = format, SysAttrs = sysAttrs, GeoJson = geoJson };
        var output = new ArrayBufferWriter<byte>(16 * 1024);
        Assert.Equal(0, BytesPerRun(() =>
        {
            output.ResetWrittenCount();
            EntityWriter.Write(Vehicle, representation, Context.Core, output);
            EntityWriter.WriteAll(Page, representation, Context.Core, output);
        }));
    }

    [Fact]
    public void Writing_an_update_for_a_notification_allocates_nothing()
    {
        var change = new EntityChange
        {
            EntityId = Vehicle.Id,
            Before = Vehicle,
            After = Vehicle,
            At = Vehicle.ModifiedAt,
            Attributes = [new("https://uri.etsi.org/ngsi-ld/default-context/speed", null, AttributeChangeKind.Updated)],
        };
        var output = new ArrayBufferWriter<byte>(16 * 1024);
        Assert.Equal(0, BytesPerRun(() =>
        {
            output.ResetWrittenCount();
            EntityWriter.WriteChange(change, false, Representation.Default, Context.Core, output);
        }));
    }

    [Fact]
    public void Walking_attributes_allocates_nothing()
    {
        var speed = Names.Intern("https://uri.etsi.org/ngsi-ld/default-context/speed");
        var seen = 0;
        Assert.Equal(0, BytesPerRun(() =>
        {
            foreach (var attribute in Vehicle.Attributes) seen += attribute.Value.Length;
            foreach (var instances in Vehicle.Attributes.ByName) seen += instances.IsSingle ? 1 : 0;
            if (Vehicle.Attributes.TryFind(speed, [], out _) && Vehicle.HasType(Vehicle.TypeAt(0))) seen++;
        }));
        Assert.True(seen > 0);
    }

    [Fact]
    public void Packing_allocates_the_bytes_that_are_kept_and_one_object()
    {
        var entity = PackedEntityTests.Vehicle(42);
        // Header and reference of the object, header and length of the array, rounded up.
        Assert.InRange(BytesPerRun(() => PackedEntity.Pack(entity)), 0, Vehicle.Bytes.Length + 24 + 24 + 8);
    }

    private static long BytesPerRun(Action run)
    {
        const int Runs = 100;
        for (var i = 0; i < Runs; i++) run();
        // A collection may empty the pools in between, which are filled again then.
        return Enumerable.Range(0, 5).Min(_ =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Runs; i++) run();
            return (GC.GetAllocatedBytesForCurrentThread() - before) / Runs;
        });
    }
}
