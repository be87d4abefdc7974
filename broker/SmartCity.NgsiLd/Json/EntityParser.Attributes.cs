using System.Text.Json;
using SmartCity.NgsiLd.Entities;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.NgsiLd.Json;

/// <summary>What stands behind an Attribute name: an instance, several of them (4.5.5), or a bare value.</summary>
internal ref partial struct EntityParser
{
    // Adds the instances to the list. Only Attributes of the Entity itself may be given in simplified form (4.5.4).
    private bool ReadAttribute(int nameAt, string name, List<Attribute> into, bool ofEntity)
    {
        var first = into.Count;
        var sound = _walker.Token switch
        {
            JsonTokenType.StartObject => ReadObject(name, into, ofEntity, out _),
            JsonTokenType.StartArray when !(_simplified && ofEntity) => ReadArray(name, into, ofEntity),
            _ => _walker.Walk(out var slice) && AddBare(name, slice, into),
        };
        return sound && AreDistinct(nameAt, into, first) && (!ofEntity || SuitsName(nameAt, name, into, first));
    }

    private bool ReadObject(string name, List<Attribute> into, bool ofEntity, out bool isBare)
    {
        isBare = false;
        var members = _buffers.RentMembers();
        var mayBeSimplified = _simplified && ofEntity;
        if (!Collect(name, members, ofEntity)) return false;
        if (mayBeSimplified) DecideSimplified(members);
        else if (!Decide(members, ofEntity)) return false;
        isBare = members.Kind is null;
        if (!(isBare ? AddBareObject(name, members, into) : AddInstance(name, members, into))) return false;
        _buffers.Return(members);
        return true;
    }

    // The first element tells: instances of the Attribute, or elements of a value.
    private bool ReadArray(string name, List<Attribute> into, bool ofEntity)
    {
        var start = _walker;
        if (!_walker.Walk(out var whole)) return false;
        if (!HoldsInstances(whole)) return AddBare(name, whole, into);
        if (!MayReadAgain(whole)) return false;
        _walker = start;
        while (_walker.Read() && _walker.Token != JsonTokenType.EndArray)
        {
            var at = _walker.Start;
            var isBare = true;
            if (_walker.Token == JsonTokenType.StartObject && !ReadObject(name, into, ofEntity, out isBare)) return false;
            if (isBare) return Fail(at, "is no Attribute instance, as the first element is");
        }

        return _walker.Problem is null;
    }

    // Walks the members of one object. Once it is certain to be an Attribute, the Attributes inside are read where they
    // stand; those that came before wait until all is seen.
    private bool Collect(string name, GivenMembers members, bool ofEntity)
    {
        var (start, nullAt, nullUriAt, contextAt) = (_walker.Start, -1, -1, -1);
        HashSet<string>? many = null;
        _walker.OpenObject();
        while (_walker.Read() && _walker.Token != JsonTokenType.EndObject)
        {
            var at = _walker.Start;
            if (!ReadName(out var member, out var iri)) return false;
            if (member is Member.EntityIdSealed or Member.EntityTypeSealed && name == ProofNames.Proof)
            {
                (member, iri) = (Member.Attribute, member == Member.EntityIdSealed ? ProofNames.EntityId : ProofNames.EntityType);
            }

            if (!_walker.Read()) return false;
            var isCertain = members.Kind is not null || (members.HasValueMember && !(_simplified && ofEntity));
            if (member == Member.Attribute && isCertain)
            {
                if (!IsAllowed(at, iri) || !IsNew(at, iri, members.SubAttributes, ref many)) return false;
                if (!ReadAttribute(at, iri, members.SubAttributes, false)) return false;
                continue;
            }

            if (member == Member.Context && !(_isAttributeBody && ofEntity)) return Fail(at, ContextInside);
            if (!_walker.Walk(out var slice)) return false;
            if (member == Member.Context) continue;
            if (member == Member.Attribute) members.Unread.Add((at, iri, slice));
            else if (!members.Add(member, slice)) return Fail(at, "occurs twice");
            if (member == Member.Type) members.Kind = KindOf(slice);
            if (contextAt < 0) contextAt = slice.ContextAt;
            if (nullAt < 0) nullAt = slice.NullAt;
            if (nullUriAt < 0) nullUriAt = IsNullUri(slice) ? slice.Start : slice.NullUriAt;
        }

        if (_walker.Problem is not null) return false;
        _walker.CloseObject();
        members.Whole = new Slice(start, _walker.Start + 1 - start, JsonTokenType.StartObject)
        {
            NullAt = IsJsonLiteral(members) ? -1 : nullAt,
            NullUriAt = nullUriAt,
            ContextAt = contextAt,
        };
        return true;
    }

    // Instances of one name differ by datasetId, and one at most has none (4.5.5).
    private bool AreDistinct(int nameAt, List<Attribute> attributes, int first)
    {
        if (attributes.Count - first < 2) return true;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = first; i < attributes.Count; i++)
        {
            if (seen.Add(attributes[i].DatasetId ?? "")) continue;
            return Fail(nameAt, attributes[i].DatasetId is { } datasetId
                ? $"has two instances of datasetId {Shown(datasetId)} (ETSI GS CIM 009 4.5.5)"
                : "has two instances without datasetId (ETSI GS CIM 009 4.5.5)");
        }

        return true;
    }

    private bool SuitsName(int nameAt, string name, List<Attribute> attributes, int first)
    {
        for (var i = first; i < attributes.Count; i++)
        {
            if (!SuitsName(nameAt, name, attributes[i])) return false;
        }

        return true;
    }

    // location, observationSpace and operationSpace are GeoProperties (5.2.4).
    private bool SuitsName(int nameAt, string name, Attribute attribute)
    {
        if (name is not ("https://uri.etsi.org/ngsi-ld/location" or "https://uri.etsi.org/ngsi-ld/observationSpace"
            or "https://uri.etsi.org/ngsi-ld/operationSpace"))
        {
            return true;
        }

        var suits = attribute is GeoProperty or AttributeFragment { TargetKind: null or AttributeKind.GeoProperty }
            || NgsiLdNull.Is(attribute);
        return suits || Fail(nameAt, $"is a {attribute.Kind}, and has to be a GeoProperty (ETSI GS CIM 009 5.2.4)");
    }
}
