using System.Text.Json;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.NgsiLd.Json;

/// <summary>Which kind an object is of, or none where it is a bare value (4.5.2.3, 4.5.4, 4.7.3).</summary>
internal ref partial struct EntityParser
{
    // Sets the kind; leaves it null where the object is the value of a Property or GeoProperty itself.
    private bool Decide(GivenMembers members, bool ofEntity)
    {
        if (members.Kind is not null) return true;
        if (members.Has(Member.AtValue)) return true;
        if (members.Has(Member.Type))
        {
            var type = members[Member.Type];
            return IsGeometry(members) || Fail(type.Start, $"names no kind of Attribute: {ShownJson(type)}");
        }

        if (members.ValueMember is { } valueMember)
        {
            var isGeo = valueMember == Member.Value && IsGeometry(members[Member.Value]);
            members.Kind = isGeo ? AttributeKind.GeoProperty : AttributeKinds.OfValueMember(valueMember);
            return true;
        }

        if (!members.HasMetadata && !(IsFragment && HoldsAttributes(members, _isAttributeBody && ofEntity))) return true;
        if (!IsFragment) return Fail(members.Whole.Start, "has no value");
        members.Kind = AttributeKind.Fragment;
        return true;
    }

    // Simplified, an object is a value, unless it says that it is more (4.5.4).
    private readonly void DecideSimplified(GivenMembers members)
    {
        if (members.Kind is null && members is { HasOneMember: true, ValueMember: { } member and not Member.Value })
        {
            members.Kind = AttributeKinds.OfValueMember(member);
        }
    }

    private readonly AttributeKind? KindOf(Slice type)
    {
        if (type.Token != JsonTokenType.String) return null;
        var raw = Raw(type);
        return AttributeKinds.Find(raw) ?? AttributeKinds.Find(System.Text.Encoding.UTF8.GetBytes(_context.Expand(Text(type))));
    }

    private const string NamedValue = "https://uri.etsi.org/ngsi-ld/hasValue";

    // An Entity may have an Attribute whose name is "value": widespread data models do. In a Fragment it has to show that it
    // is one, since {"type": "Property", "value": 5} is rather the Fragment of an Attribute that went astray.
    private readonly bool StandsForAttribute()
    {
        if (!IsFragment || _simplified) return true;
        var ahead = _walker;
        if (!ahead.Walk(out var slice)) return false;
        return IsNullUri(slice) || LooksLikeInstance(slice) || (slice.Token == JsonTokenType.StartArray && HoldsInstances(slice));
    }

    private readonly bool HoldsInstances(Slice array)
    {
        var items = new SliceItems(_body.Span, array);
        return items.MoveNext() && LooksLikeInstance(items.Current);
    }

    // What is to be deleted in the Fragment of one Attribute is a sub-Attribute: values are not gone into (5.5.8).
    private readonly bool HoldsAttributes(GivenMembers members, bool isWholeBody)
    {
        foreach (var (_, _, value) in members.Unread)
        {
            if (LooksLikeInstance(value) || (isWholeBody && IsNullUri(value))) return true;
        }

        return false;
    }

    private readonly bool LooksLikeInstance(Slice slice)
    {
        if (slice.Token != JsonTokenType.StartObject) return false;
        var items = new SliceItems(_body.Span, slice);
        while (items.MoveNext())
        {
            var member = Members.OfTerm(JsonSpelling.Unescape(items.RawName));
            if (member == Member.Type && KindOf(items.Current) is not null) return true;
            if (member is >= Member.Value and <= Member.ObjectList) return true;
            if (IsFragment && member == Member.DatasetId) return true;
        }

        return false;
    }

    // A type of geometry, and coordinates: whether they are right is found out when the value is taken.
    private readonly bool IsGeometry(GivenMembers members)
    {
        if (!GeometrySyntax.IsType(members.Has(Member.Type) ? Raw(members[Member.Type]) : default)) return false;
        foreach (var (nameAt, _, _) in members.Unread)
        {
            if (_body.Span[nameAt..].StartsWith("\"coordinates\""u8)) return true;
        }

        return false;
    }

    private readonly bool IsGeometry(Slice value)
    {
        if (value.Token != JsonTokenType.StartObject) return false;
        var (hasType, hasCoordinates) = (false, false);
        var items = new SliceItems(_body.Span, value);
        while (items.MoveNext())
        {
            if (items.RawName.SequenceEqual("type"u8)) hasType = GeometrySyntax.IsType(Raw(items.Current));
            if (items.RawName.SequenceEqual("coordinates"u8)) hasCoordinates = true;
        }

        return hasType && hasCoordinates;
    }

    private readonly bool IsJsonLiteral(GivenMembers members) =>
        members.Has(Member.AtValue) && members.Has(Member.Type) && Raw(members[Member.Type]).SequenceEqual("@json"u8);

    private readonly bool IsNullUri(Slice slice) => slice.Token == JsonTokenType.String && Text(slice) == NgsiLdNull.Uri;

    // What stands between the quotes of a string; nothing for other values.
    private readonly ReadOnlySpan<byte> Raw(Slice slice) =>
        slice.Token == JsonTokenType.String ? _body.Span.Slice(slice.Start + 1, slice.Length - 2) : default;

    private readonly string Text(Slice slice) => JsonSpelling.Unescape(Raw(slice));

    private readonly string ShownJson(Slice slice) =>
        Shown(System.Text.Encoding.UTF8.GetString(JsonSpelling.Compact(_body.Slice(slice.Start, slice.Length)).Span));
}
