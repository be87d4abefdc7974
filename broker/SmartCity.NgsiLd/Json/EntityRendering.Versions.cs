using SmartCity.NgsiLd.Entities;

namespace SmartCity.NgsiLd.Json;

/// <summary>What older versions of the standard are shown instead of what they do not know (ETSI GS CIM 009 4.3.6.8).</summary>
internal ref partial struct EntityRendering
{
    private static int MinorOf(NgsiLdVersion? version) =>
        version is { Major: 1, Minor: < Introduced.All and var minor } ? minor : Introduced.All;

    /// <summary>Whether the version does not know of something that is there.</summary>
    private bool Lacks(int since)
    {
        if (_minor >= since) return false;
        _isAltered = true;
        return true;
    }

    /// <summary>The kind itself, or the more general one that the version knows.</summary>
    private AttributeKind KnownKind(AttributeKind kind)
    {
        if (_minor >= Introduced.MoreKinds) return kind;
        var known = kind switch
        {
            AttributeKind.LanguageProperty when _minor < Introduced.LanguageProperties => AttributeKind.Property,
            AttributeKind.JsonProperty or AttributeKind.VocabProperty or AttributeKind.ListProperty => AttributeKind.Property,
            AttributeKind.ListRelationship => AttributeKind.Relationship,
            _ => kind,
        };
        if (known != kind) _isAltered = true;
        return known;
    }

    /// <summary>Where there can be but one instance it is the default one, or else the first; a missing one where there is none.</summary>
    private readonly PackedAttribute OnlyOne(PackedAttributes instances, bool ofEntity)
    {
        PackedAttribute only = default;
        foreach (var instance in instances)
        {
            if (ofEntity && !IsSelected(instance)) continue;
            if (only.IsMissing || instance.DatasetId.IsEmpty) only = instance;
        }

        return only;
    }
}
