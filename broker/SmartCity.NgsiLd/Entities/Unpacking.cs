using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace SmartCity.NgsiLd.Entities;

/// <summary>Reads <see cref="PackedLayout"/> back into records. Values are slices of the packed bytes, not copies.</summary>
internal static class Unpacking
{
    public static Entity Unpack(PackedEntity packed, byte[] bytes)
    {
        var types = new string[packed.TypeCount];
        for (var i = 0; i < types.Length; i++) types[i] = packed.TypeAt(i).Iri;
        var scopes = new string[packed.ScopeCount];
        for (var i = 0; i < scopes.Length; i++) scopes[i] = packed.ScopeAt(i);
        return new()
        {
            Id = packed.Id,
            Types = ImmutableCollectionsMarshal.AsImmutableArray(types),
            Scopes = ImmutableCollectionsMarshal.AsImmutableArray(scopes),
            ScopeIsArray = packed.ScopeIsArray,
            CreatedAt = packed.CreatedAt,
            ModifiedAt = packed.ModifiedAt,
            ExpiresAt = packed.ExpiresAt,
            Attributes = Unpack(packed.Attributes, bytes),
        };
    }

    private static ImmutableArray<Attribute> Unpack(PackedAttributes packed, byte[] bytes)
    {
        if (packed.IsEmpty) return [];
        var attributes = ImmutableArray.CreateBuilder<Attribute>(8);
        foreach (var attribute in packed) attributes.Add(Unpack(attribute, bytes));
        return attributes.DrainToImmutable();
    }

    public static Attribute Unpack(PackedAttribute packed, byte[] bytes)
    {
        var common = Members(packed, bytes);
        var kind = packed.Kind;
        return kind switch
        {
            AttributeKind.Fragment => common.ToFragment(packed.Value.IsEmpty ? null : (AttributeKind)(packed.Value[0] - '0')),
            AttributeKind.Relationship or AttributeKind.VocabProperty or AttributeKind.ListRelationship =>
                common.With(kind, Strings(packed.Value), packed.Has(AttributeFlags.IsArray)),
            _ => common.With(kind, Json(packed, bytes)),
        };
    }

    private static InstanceMembers Members(PackedAttribute packed, byte[] bytes)
    {
        var name = packed.Name.Iri;
        var createdAt = new DateTimeOffset(packed.CreatedAtTicks, TimeSpan.Zero);
        var modifiedAt = new DateTimeOffset(packed.ModifiedAtTicks, TimeSpan.Zero);
        if (packed.IsPlain) return new() { Name = name, CreatedAt = createdAt, ModifiedAt = modifiedAt };
        return new()
        {
            Name = name,
            CreatedAt = createdAt,
            ModifiedAt = modifiedAt,
            DatasetId = Text(packed.DatasetId, packed.Has(AttributeFlags.HasDatasetId)),
            ObservedAt = packed.Has(AttributeFlags.HasObservedAt) ? Moment(packed.ObservedAtTicks, packed.ObservedAt) : null,
            ExpiresAt = packed.Has(AttributeFlags.HasExpiresAt) ? Moment(packed.ExpiresAtTicks, packed.ExpiresAt) : null,
            UnitCode = Text(packed.UnitCode, packed.Has(AttributeFlags.HasUnitCode)),
            ValueType = packed.ValueType?.Iri,
            ObjectTypes = ObjectTypes(packed),
            SubAttributes = Unpack(packed.SubAttributes, bytes),
        };
    }

    private static JsonValue Json(PackedAttribute packed, byte[] bytes)
    {
        var value = packed.Value;
        if (value.IsEmpty) return default;
        bytes.AsSpan().Overlaps(value, out var at);
        return new(bytes.AsMemory(at, value.Length));
    }

    /// <summary>The strings of a string, an array of strings, or an array of {"object": string}.</summary>
    private static ImmutableArray<string> Strings(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            if (reader.TokenType == JsonTokenType.String) return [reader.GetString()!];
            var strings = ImmutableArray.CreateBuilder<string>();
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.String) strings.Add(reader.GetString()!);
            }

            return strings.DrainToImmutable();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException("A packed Entity holds a value that is no JSON.", exception);
        }
    }

    private static ImmutableArray<string> ObjectTypes(PackedAttribute packed)
    {
        var count = packed.ObjectTypeCount;
        if (count == 0) return [];
        var types = new string[count];
        for (var i = 0; i < count; i++) types[i] = packed.ObjectTypeAt(i).Iri;
        return ImmutableCollectionsMarshal.AsImmutableArray(types);
    }

    private static string? Text(ReadOnlySpan<byte> text, bool present) => present ? Encoding.UTF8.GetString(text) : null;

    private static Timestamp Moment(long ticks, ReadOnlySpan<byte> text) =>
        new(new(ticks, TimeSpan.Zero), Encoding.UTF8.GetString(text));
}
