using System.Collections.Immutable;
using System.Text.Json;
using SmartCity.NgsiLd.Entities;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.NgsiLd.Json;

/// <summary>From members to one Attribute instance.</summary>
internal ref partial struct EntityParser
{
    private const string LangString = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString";

    private bool AddInstance(string name, GivenMembers members, List<Attribute> into)
    {
        var kind = members.Kind!.Value;
        if (members.FirstOutside(AttributeKinds.Allowed(kind)) is { } stranger)
        {
            return Fail(members[stranger].Start, $"is not a member of a {(kind == AttributeKind.Fragment ? "Fragment" : kind)}");
        }

        if (!ReadUnread(members) || !TakeMembers(name, members, out var common)) return false;
        if (kind == AttributeKind.LanguageProperty && common.ValueType is not (null or LangString or NgsiLdNull.Uri))
        {
            return Fail(members[Member.ValueType].Start, "is not langString, as it has to be here (ETSI GS CIM 009 5.2.32)");
        }

        _deletedAt = null;
        _instanceId = IsReceived && members.Has(Member.InstanceId) ? Text(members[Member.InstanceId]) : null;
        if (members.Has(Member.DeletedAt) && _isTemporal && !TakeTime(members[Member.DeletedAt], out _deletedAt)) return false;

        var valueMember = AttributeKinds.ValueMember(kind);
        if (kind != AttributeKind.Fragment && members.Has(valueMember))
        {
            if (IsReceived && members[valueMember].Token == JsonTokenType.Null) return true;
            _isDeletion = _deletedAt is not null && IsNull(kind, members[valueMember]);
            var sound = TakeValue(kind, members[valueMember], common, out var attribute);
            if (!_isDeletion) _deletedAt = null;
            _isDeletion = false;
            if (sound) into.Add(attribute);
            return sound;
        }

        if (!IsFragment) return Fail(members.Whole.Start, $"has no {Members.Term(valueMember)}");
        into.Add(common.ToFragment(kind == AttributeKind.Fragment ? null : kind));
        return true;
    }

    private readonly bool IsNull(AttributeKind kind, Slice value)
    {
        if (IsNullUri(value)) return true;
        return kind is AttributeKind.LanguageProperty or AttributeKind.ListProperty or AttributeKind.ListRelationship
            && JsonSpelling.Compact(_body.Slice(value.Start, value.Length)).Span.SequenceEqual(AttributeMembers.Null(kind));
    }

    // All members but the value.
    private bool TakeMembers(string name, GivenMembers members, out InstanceMembers common)
    {
        string? datasetId = null, unitCode = null, valueType = null;
        Timestamp? observedAt = null, expiresAt = null;
        ImmutableArray<string> objectTypes = [];
        var sound = (!members.Has(Member.DatasetId) || TakeDatasetId(members[Member.DatasetId], out datasetId))
            && (!members.Has(Member.ObservedAt) || TakeTime(members[Member.ObservedAt], out observedAt))
            && (!members.Has(Member.ExpiresAt) || TakeTime(members[Member.ExpiresAt], out expiresAt))
            && (!members.Has(Member.UnitCode) || TakeText(members[Member.UnitCode], out unitCode))
            && (!members.Has(Member.ValueType) || TakeValueType(members[Member.ValueType], out valueType))
            && (!members.Has(Member.ObjectType) || TakeNames(members[Member.ObjectType], out objectTypes, out _));
        common = new InstanceMembers
        {
            Name = name,
            DatasetId = datasetId,
            ObservedAt = observedAt,
            ExpiresAt = expiresAt,
            UnitCode = unitCode,
            ValueType = valueType,
            ObjectTypes = objectTypes,
            CreatedAt = IsReceived ? TakeSystemTime(members, Member.CreatedAt) : default,
            ModifiedAt = IsReceived ? TakeSystemTime(members, Member.ModifiedAt) : default,
            SubAttributes = [.. members.SubAttributes],
        };
        return sound;
    }

    private bool TakeDatasetId(Slice slice, out string? datasetId)
    {
        datasetId = null;
        if (Raw(slice).SequenceEqual("@none"u8)) return true;
        if (IsNullUri(slice)) return Fail(slice.Start, "cannot be deleted (ETSI GS CIM 009 5.5.8)");
        return TakeUri(slice, out datasetId);
    }

    private bool TakeText(Slice slice, out string? text)
    {
        text = null;
        if (!TakeString(slice, out var given)) return false;
        text = given;
        return IsFragment || given != NgsiLdNull.Uri || Fail(slice.Start, NullIsNoValue);
    }

    private bool TakeValueType(Slice slice, out string? valueType)
    {
        if (!TakeText(slice, out valueType)) return false;
        if (valueType != NgsiLdNull.Uri) valueType = _context.Expand(valueType!);
        return true;
    }

    // The Attributes that came before it was certain that they are some.
    private bool ReadUnread(GivenMembers members)
    {
        var readBefore = members.SubAttributes.Count;
        HashSet<string>? many = null;
        foreach (var (nameAt, iri, value) in members.Unread)
        {
            if (!IsAllowed(nameAt, iri) || !IsNew(nameAt, iri, members.SubAttributes, ref many)) return false;
            if (!MayReadAgain(value)) return false;
            var outer = _walker;
            _walker.Enter(value);
            if (!ReadAttribute(nameAt, iri, members.SubAttributes, false)) return false;
            _walker = outer;
        }

        if (readBefore == 0) return true;
        // As they were given.
        members.SubAttributes.AddRange(members.SubAttributes[..readBefore]);
        members.SubAttributes.RemoveRange(0, readBefore);
        return true;
    }
}
