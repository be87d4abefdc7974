using System.Collections.Immutable;
using System.Runtime.InteropServices;
using SmartCity.Broker.Embedded.Memory;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Embedded.Planning;

/// <summary>The types and Attributes in use (ETSI GS CIM 009 5.7.5 - 5.7.10), summed up over the shapes.</summary>
internal static class NameUses
{
    public static NamesInUse Of(EntitySpace space, long nowTicks)
    {
        var types = new SortedDictionary<string, Use>(StringComparer.Ordinal);
        var all = new Use();
        foreach (var shape in space.Shapes()) Add(shape.Types, shape.Attributes, shape.Count);
        // What has expired is counted until it is swept, but not to be seen.
        var key = new List<int>();
        foreach (var ordinal in space.Expiry.DueAt(nowTicks))
        {
            if (space.At(ordinal) is not { } entity) continue;
            AddOne(entity, -1);
            if (entity.At(nowTicks) is { } left) AddOne(left, 1);
        }

        var used = types.Where(type => type.Value.Entities > 0);
        return new([.. used.Select(t => new TypeUse(t.Key, t.Value.Entities, t.Value.Attributes()))], all.Attributes());

        void AddOne(PackedEntity entity, int count)
        {
            Shape.KeyOf(entity, key);
            var shape = CollectionsMarshal.AsSpan(key);
            Add(shape.Slice(1, shape[0]), shape[(1 + shape[0])..], count);
        }

        void Add(ReadOnlySpan<int> typesOfShape, ReadOnlySpan<int> attributes, int count)
        {
            all.Add(attributes, count);
            foreach (var type in typesOfShape)
            {
                var iri = new Name(type).Iri;
                if (!types.TryGetValue(iri, out var use)) types[iri] = use = new Use();
                use.Add(attributes, count);
            }
        }
    }

    private sealed class Use
    {
        private readonly SortedDictionary<string, Attribute> _attributes = new(StringComparer.Ordinal);

        public long Entities { get; private set; }

        public void Add(ReadOnlySpan<int> attributes, int count)
        {
            Entities += count;
            for (var i = 0; i < attributes.Length; i += 2)
            {
                var iri = new Name(attributes[i]).Iri;
                if (!_attributes.TryGetValue(iri, out var use)) _attributes[iri] = use = new Attribute();
                var kind = (AttributeKind)attributes[i + 1];
                use.Kinds[kind] = use.Kinds.GetValueOrDefault(kind) + count;
                // Instances of several kinds stand side by side and are one Attribute.
                if (i == 0 || attributes[i - 2] != attributes[i]) use.Entities += count;
            }
        }

        public ImmutableArray<AttributeUse> Attributes() =>
        [
            .. _attributes.Where(a => a.Value.Entities > 0).Select(a => new AttributeUse(
                a.Key, [.. a.Value.Kinds.Where(kind => kind.Value > 0).Select(kind => kind.Key)], a.Value.Entities)),
        ];

        private sealed class Attribute
        {
            public long Entities { get; set; }

            /// <summary>In how many shapes' Entities a kind occurs.</summary>
            public SortedDictionary<AttributeKind, long> Kinds { get; } = [];
        }
    }
}
