using System.Collections.Immutable;
using System.Text;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries.Text;

namespace SmartCity.NgsiLd.Queries.Matching;

/// <summary>
/// The trailing path <c>[a.b]</c> (ETSI GS CIM 009 4.9): members of a compound value as ECMA 262 reads them; or, where the
/// Attribute is a LanguageProperty, a language or <c>*</c>.
/// </summary>
internal sealed class ValuePath
{
    private readonly byte[][] _members;

    /// <summary>Empty for any language.</summary>
    private readonly byte[] _language;

    private ValuePath(ImmutableArray<string> trailing)
    {
        _members = [.. trailing.Select(Encoding.UTF8.GetBytes)];
        _language = trailing[0] == "*" ? [] : _members[0];
    }

    /// <summary>Null where there are no brackets.</summary>
    public static ValuePath? Of(ImmutableArray<string> trailing) => trailing.IsEmpty ? null : new(trailing);

    public bool Exists(in PackedAttribute attribute)
    {
        if (attribute.Kind != AttributeKind.LanguageProperty) return TryMember(attribute, out _);
        if (_members.Length > 1) return false;
        foreach (var member in new JsonMembers(attribute.Value))
        {
            if (_language.Length == 0 || Ascii.EqualsIgnoreCase(member.Name[1..^1], _language)) return true;
        }

        return false;
    }

    public bool Holds(in PackedAttribute attribute, Comparison comparison)
    {
        if (attribute.Kind == AttributeKind.LanguageProperty)
            return _members.Length == 1 && comparison.HoldsForLanguages(attribute.Value, _language);
        return TryMember(attribute, out var value) && comparison.HoldsForJson(value);
    }

    /// <summary>The value at the end of the path; of a LanguageProperty that in the language.</summary>
    public bool TryFind(in PackedAttribute attribute, out ReadOnlySpan<byte> value)
    {
        if (attribute.Kind != AttributeKind.LanguageProperty) return TryMember(attribute, out value);
        value = default;
        if (_members.Length > 1) return false;
        foreach (var member in new JsonMembers(attribute.Value))
        {
            if (_language.Length > 0 && !Ascii.EqualsIgnoreCase(member.Name[1..^1], _language)) continue;
            value = member.Value;
            return true;
        }

        return false;
    }

    private bool TryMember(in PackedAttribute attribute, out ReadOnlySpan<byte> value)
    {
        value = attribute.Value;
        if (attribute.Kind is AttributeKind.Relationship or AttributeKind.ListRelationship) return false;
        foreach (var name in _members)
        {
            if (!JsonText.TryMember(value, name, out value)) return false;
        }

        return true;
    }
}
