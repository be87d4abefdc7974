using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SmartCity.NgsiLd.Entities;
using Xunit;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;
using Property = SmartCity.NgsiLd.Entities.Property;

namespace SmartCity.NgsiLd.Tests.Entities;

public sealed class PackedEntityTests
{
    private const string Vocabulary = "https://uri.etsi.org/ngsi-ld/default-context/";

    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Unpacking_gives_back_what_was_packed() =>
        Check.One(Runs(500), Prop.ForAll(GeneratedEntities.Any, entity =>
            EntityEquality.Same(entity, PackedEntity.Pack(entity).Unpack())));

    [Fact]
    public void Bytes_make_the_same_entity_again() =>
        Check.One(Runs(200), Prop.ForAll(GeneratedEntities.Any, entity =>
        {
            var packed = PackedEntity.Pack(entity);
            var copy = PackedEntity.FromBytes(packed.Bytes.ToArray(), null);
            return copy.Bytes.SequenceEqual(packed.Bytes) && EntityEquality.Same(entity, copy.Unpack());
        }));

    [Fact]
    public void Names_are_translated_at_every_depth() =>
        Check.One(Runs(200), Prop.ForAll(GeneratedEntities.Any, entity =>
        {
            // As if another process had numbered the names from behind.
            var there = PackedEntity.FromBytes(PackedEntity.Pack(entity).Bytes.ToArray(), number => new(int.MaxValue - number));
            var back = PackedEntity.FromBytes(there.Bytes.ToArray(), number => new(int.MaxValue - number));
            return EntityEquality.Same(entity, back.Unpack());
        }));

    [Fact]
    public void Corrupt_bytes_are_refused_or_can_be_walked() =>
        Check.One(Runs(2000), Prop.ForAll(
            GeneratedEntities.Any, ArbMap.Default.ArbFor<int>(), ArbMap.Default.ArbFor<byte>(), (entity, place, value) =>
        {
            var bytes = PackedEntity.Pack(entity).Bytes.ToArray();
            var at = (int)((uint)place % (uint)bytes.Length);
            bytes[at] = value;
            Walk(bytes);
            Walk(bytes[..at]);
            Walk([.. bytes, value]);
        }));

    [Fact]
    public void A_truncated_entity_is_refused()
    {
        var bytes = PackedEntity.Pack(Vehicle(1)).Bytes.ToArray();
        for (var length = 0; length < bytes.Length; length++)
        {
            // A cut between two Attributes leaves a shorter, valid Entity.
            try
            {
                Assert.True(PackedEntity.FromBytes(bytes[..length], null).Unpack().Attributes.Length < 5);
            }
            catch (InvalidDataException)
            {
            }
        }
    }

    [Fact]
    public void Absurd_nesting_is_refused()
    {
        Attribute attribute = new Property { Name = "urn:deep", Value = JsonValue.Of("1") };
        for (var i = 0; i < 1000; i++) attribute = attribute with { SubAttributes = [attribute] };
        Assert.Throws<ArgumentException>(() => PackedEntity.Pack(Vehicle(1) with { Attributes = [attribute] }));
    }

    [Fact]
    public void Members_are_read_in_place()
    {
        var vehicle = PackedEntity.Pack(Vehicle(7) with
        {
            Scopes = ["/Madrid", "/Madrid/Gardens"],
            ExpiresAt = new(Noon.AddDays(1), "2026-11-21T12:00:00Z"),
        });
        Assert.Equal("urn:ngsi-ld:Vehicle:7", vehicle.Id);
        Assert.Equal("/Madrid/Gardens", vehicle.ScopeAt(1));
        Assert.Equal(2, vehicle.ScopeCount);
        Assert.Throws<ArgumentOutOfRangeException>(() => vehicle.ScopeAt(2));
        Assert.Equal(Noon.AddDays(1).Ticks, vehicle.ExpiresAtTicks);
        Assert.Equal("2026-11-21T12:00:00Z", vehicle.ExpiresAt!.Value.Text);
        Assert.True(vehicle.HasType(Names.Intern(Vocabulary + "Vehicle")));
        Assert.False(vehicle.HasType(Names.Intern(Vocabulary + "Car")));
        Assert.True(vehicle.Attributes.TryFind(Names.Intern(Vocabulary + "speed"), [], out var speed));
        Assert.Equal("7", Encoding.UTF8.GetString(speed.Value));
        Assert.Equal(Noon.Ticks, speed.CreatedAtTicks);
        Assert.False(vehicle.Attributes.TryFind(Names.Intern(Vocabulary + "speed"), "urn:d"u8, out _));
        Assert.True(vehicle.Attributes.Contains(Names.Intern(Vocabulary + "owner")));
        Assert.False(vehicle.Attributes.Contains(Names.Intern(Vocabulary + "wheels")));
    }

    [Fact]
    public void Every_member_of_an_attribute_is_found_behind_the_others()
    {
        var moment = new Timestamp(Noon, "2026-11-20T13:00:00+01:00");
        var entity = PackedEntity.Pack(Vehicle(1) with
        {
            Attributes =
            [
                new Property
                {
                    Name = "urn:p", Value = JsonValue.Of("5"), DatasetId = "urn:d", ObservedAt = moment, ExpiresAt = moment,
                    UnitCode = "KMH", ValueType = "urn:t", CreatedAt = Noon, ModifiedAt = Noon.AddHours(1),
                    SubAttributes = [new Relationship { Name = "urn:r", Objects = ["urn:x"], ObjectTypes = ["urn:T1", "urn:T2"] }],
                },
            ],
        });
        Assert.True(entity.Attributes.TryFind(Names.Intern("urn:p"), "urn:d"u8, out var property));
        Assert.Equal("2026-11-20T13:00:00+01:00", Encoding.UTF8.GetString(property.ObservedAt));
        Assert.Equal("2026-11-20T13:00:00+01:00", Encoding.UTF8.GetString(property.ExpiresAt));
        Assert.Equal(Noon.Ticks, property.ObservedAtTicks);
        Assert.Equal(Noon.Ticks, property.ExpiresAtTicks);
        Assert.Equal(Noon.AddHours(1).Ticks, property.ModifiedAtTicks);
        Assert.Equal("KMH", Encoding.UTF8.GetString(property.UnitCode));
        Assert.Equal("urn:t", property.ValueType?.Iri);
        Assert.True(property.SubAttributes.TryFind(Names.Intern("urn:r"), [], out var relationship));
        Assert.Equal("\"urn:x\"", Encoding.UTF8.GetString(relationship.Value));
        Assert.Equal(2, relationship.ObjectTypeCount);
        Assert.Equal("urn:T2", relationship.ObjectTypeAt(1).Iri);
        Assert.Equal(0, relationship.CreatedAtTicks);
    }

    public static TheoryData<string?, string?, string?, int?> Ends => new()
    {
        // Ends of Entity, Attribute and sub-attribute in minutes; what is seen first to go.
        { null, null, null, null },
        { "60", null, null, 60 },
        { null, "5", null, 5 },
        { null, null, "3", 3 },
        { "60", "5", "3", 3 },
        { "2", "5", "3", 2 },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public void An_entity_knows_what_of_it_expires_first(string? ofEntity, string? ofAttribute, string? ofSubAttribute, int? first)
    {
        var packed = Transient(ofEntity, ofAttribute, ofSubAttribute);
        Assert.Equal(first is { } minutes ? Noon.AddMinutes(minutes).Ticks : long.MaxValue, packed.NextExpiryTicks);
        Assert.Same(packed, packed.At(packed.NextExpiryTicks - 1));
        if (first is null) return;
        var then = packed.At(packed.NextExpiryTicks);
        if (first == 60 || ofEntity == "2") Assert.Null(then);
        else Assert.True(then!.NextExpiryTicks > packed.NextExpiryTicks);
    }

    [Fact]
    public void What_has_expired_is_not_seen_and_all_else_is()
    {
        var packed = Transient("60", "5", "3");
        var sub = packed.At(Noon.AddMinutes(4).Ticks)!.Unpack();
        Assert.Equal(["urn:a", "urn:b"], sub.Attributes.Select(attribute => attribute.Name));
        Assert.Empty(sub.Attributes[1].SubAttributes);
        var attribute = packed.At(Noon.AddMinutes(5).Ticks)!.Unpack();
        Assert.Equal(["urn:b"], attribute.Attributes.Select(left => left.Name));
        Assert.Equal(Noon, attribute.ModifiedAt);
        Assert.Null(packed.At(Noon.AddMinutes(60).Ticks));
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public void Bytes_of_version_1_are_read(string? ofEntity, string? ofAttribute, string? ofSubAttribute, int? first)
    {
        var packed = Transient(ofEntity, ofAttribute, ofSubAttribute);
        var old = packed.Bytes.ToArray();
        // Its first byte, and in the second one the flag of transient Attributes, which was unknown.
        Assert.Equal(2, old[0]);
        old[0] = 1;
        old[1] &= 0b0111;
        var read = PackedEntity.FromBytes(old, null);
        Assert.True(read.Bytes.SequenceEqual(packed.Bytes));
        Assert.Equal(first is null, read.NextExpiryTicks == long.MaxValue);
    }

    [Fact]
    public void Only_keeps_the_named_attributes_as_they_are()
    {
        var vehicle = Vehicle(3);
        var kept = PackedEntity.Pack(vehicle).Only(new HashSet<string>
        {
            Vocabulary + "speed", "https://uri.etsi.org/ngsi-ld/location", "urn:no",
        });
        Assert.True(EntityEquality.Same(
            vehicle with { Attributes = [vehicle.Attributes[1], vehicle.Attributes[4]] },
            PackedEntity.FromBytes(kept.Bytes.ToArray(), null).Unpack()));
    }

    [Fact]
    public void A_vehicle_of_five_attributes_takes_few_bytes() =>
        Assert.InRange(PackedEntity.Pack(Vehicle(123_456)).Bytes.Length, 1, 300);

    internal static Entity Vehicle(int i) => new()
    {
        Id = $"urn:ngsi-ld:Vehicle:{i}",
        Types = [Vocabulary + "Vehicle"],
        CreatedAt = Noon,
        ModifiedAt = Noon,
        Attributes =
        [
            new Property { Name = Vocabulary + "brandName", Value = JsonValue.Of($"\"Mercedes-{i}\""), CreatedAt = Noon, ModifiedAt = Noon },
            new Property { Name = Vocabulary + "speed", Value = JsonValue.Of($"{i % 200}"), CreatedAt = Noon, ModifiedAt = Noon },
            new Property { Name = Vocabulary + "colour", Value = JsonValue.Of("\"red\""), CreatedAt = Noon, ModifiedAt = Noon },
            new Relationship { Name = Vocabulary + "owner", Objects = [$"urn:ngsi-ld:Person:{i}"], CreatedAt = Noon, ModifiedAt = Noon },
            new GeoProperty
            {
                Name = "https://uri.etsi.org/ngsi-ld/location",
                Value = JsonValue.Of("{\"type\":\"Point\",\"coordinates\":[-167.6,-72.7]}"),
                CreatedAt = Noon,
                ModifiedAt = Noon,
            },
        ],
    };

    private static PackedEntity Transient(string? ofEntity, string? ofAttribute, string? ofSubAttribute)
    {
        var sub = new Property { Name = "urn:s", Value = JsonValue.Of("1"), ExpiresAt = End(ofSubAttribute) };
        return PackedEntity.Pack(new Entity
        {
            Id = "urn:x",
            Types = ["urn:T"],
            CreatedAt = Noon,
            ModifiedAt = Noon,
            ExpiresAt = End(ofEntity),
            Attributes =
            [
                new Property { Name = "urn:a", Value = JsonValue.Of("1"), ExpiresAt = End(ofAttribute) },
                new Property { Name = "urn:b", Value = JsonValue.Of("2"), SubAttributes = [sub] },
            ],
        });

        static Timestamp? End(string? minutes) => minutes is null
            ? null
            : new Timestamp(Noon.AddMinutes(int.Parse(minutes, System.Globalization.CultureInfo.InvariantCulture)), "then");
    }

    private static Config Runs(int count) => Config.QuickThrowOnFailure.WithMaxTest(count);

    private static void Walk(byte[] bytes)
    {
        try
        {
            PackedEntity.FromBytes(bytes, number => new Name((int)((uint)number % (uint)Names.Count))).Unpack();
        }
        catch (InvalidDataException)
        {
        }
    }
}
