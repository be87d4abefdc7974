using System.Collections.Immutable;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.Broker.Entities.Decisions;

/// <summary>createdAt and modifiedAt of Attributes, to any depth (ETSI GS CIM 009 4.8).</summary>
internal static class SystemTimes
{
    public static Attribute OfNew(Attribute attribute, DateTimeOffset now) => attribute with
    {
        CreatedAt = now,
        ModifiedAt = now,
        SubAttributes = attribute.SubAttributes.IsEmpty
            ? attribute.SubAttributes
            : ImmutableArray.CreateRange(attribute.SubAttributes, sub => OfNew(sub, now)),
    };

    /// <summary>
    /// Writing an instance modifies it, even with the value that it had; a sub-attribute is modified where its content is another.
    /// </summary>
    public static Attribute OfWritten(Attribute before, Attribute after, DateTimeOffset now) =>
        Of(before, after, modifiedAt: now, now);

    private static Attribute Of(Attribute before, Attribute after, DateTimeOffset modifiedAt, DateTimeOffset now)
    {
        var written = after with { CreatedAt = before.CreatedAt, ModifiedAt = modifiedAt };
        if (after.SubAttributes.IsEmpty) return written;

        var known = new InstanceIndex(before.SubAttributes);
        return written with
        {
            SubAttributes = ImmutableArray.CreateRange(after.SubAttributes, sub => known.Find(sub.Name, sub.DatasetId) switch
            {
                null => OfNew(sub, now),
                var old => Of(old, sub, AttributeContent.Same(old, sub) ? old.ModifiedAt : now, now),
            }),
        };
    }
}
