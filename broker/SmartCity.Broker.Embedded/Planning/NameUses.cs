using System.Collections.Immutable;
using SmartCity.Broker.Embedded.Memory;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Embedded.Planning;

/// <summary>The types and Attributes in use (ETSI GS CIM 009 5.7.5 - 5.7.10), summed up over the shapes.</summary>
internal static class NameUses
{
    public static NamesInUse Of(EntitySpace space)
    {
        var types = new SortedDictionary<string, Use>(StringComparer.Ordinal);
        var all = new Use();
        foreach (var shape in space.Shapes())
        {
            all.Add(shape);
            foreach (var type in shape.Types)
            {
                var iri = new Name(type).Iri;
                if (!types.TryGetValue(iri, out var use)) types[iri] = use = new Use();
                use.Add(shape);
            }
        }

        return new([.. types.Select(t => new TypeUse(t.Key, t.Value.Entities, t.Value.Attributes()))], all.Attributes());
    }

    private sealed class Use
    {
        private readonly SortedDictionary<string, (long Entities, SortedSet<AttributeKind> Kinds)> _attributes =
            new(StringComparer.Ordinal);

        public long Entities { get; private set; }

        public void Add(Shape shape)
        {
            Entities += shape.Count;
            var attributes = shape.Attributes;
            for (var i = 0; i < attributes.Length; i += 2)
            {
                var iri = new Name(attributes[i]).Iri;
                var (entities, kinds) = _attributes.TryGetValue(iri, out var known) ? known : (0, []);
                kinds.Add((AttributeKind)attributes[i + 1]);
                // Instances of several kinds stand side by side and are one Attribute.
                var isFirst = i == 0 || attributes[i - 2] != attributes[i];
                _attributes[iri] = (entities + (isFirst ? shape.Count : 0), kinds);
            }
        }

        public ImmutableArray<AttributeUse> Attributes() =>
            [.. _attributes.Select(a => new AttributeUse(a.Key, [.. a.Value.Kinds], a.Value.Entities))];
    }
}
