using System.Collections.Immutable;

namespace SmartCity.NgsiLd.Entities;

/// <summary>What is left of transient Entities and Attributes at a time (ETSI GS CIM 009 4.22).</summary>
internal static class Transience
{
    /// <summary>When the first instance expires, at any depth: UTC ticks; <see cref="long.MaxValue"/> for never.</summary>
    public static long FirstExpiry(PackedAttributes attributes)
    {
        var first = long.MaxValue;
        foreach (var attribute in attributes)
        {
            first = Math.Min(first, attribute.ExpiresAtTicks);
            first = Math.Min(first, FirstExpiry(attribute.SubAttributes));
        }

        return first;
    }

    /// <summary>Whether no instance has expired, at any depth.</summary>
    public static bool AllLast(ImmutableArray<Attribute> attributes, long nowTicks)
    {
        foreach (var attribute in attributes)
        {
            if (attribute.ExpiresAt is { } end && end.Value.UtcTicks <= nowTicks) return false;
            if (!AllLast(attribute.SubAttributes, nowTicks)) return false;
        }

        return true;
    }

    /// <summary>The instances that have not expired, each without what has expired in it.</summary>
    public static ImmutableArray<Attribute> Left(ImmutableArray<Attribute> attributes, long nowTicks)
    {
        var left = ImmutableArray.CreateBuilder<Attribute>(attributes.Length);
        foreach (var attribute in attributes)
        {
            if (attribute.ExpiresAt is { } end && end.Value.UtcTicks <= nowTicks) continue;
            left.Add(attribute.SubAttributes.IsEmpty
                ? attribute
                : attribute with { SubAttributes = Left(attribute.SubAttributes, nowTicks) });
        }

        return left.DrainToImmutable();
    }
}
