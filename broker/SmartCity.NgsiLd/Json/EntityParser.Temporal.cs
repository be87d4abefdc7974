using System.Collections.Immutable;
using System.Text.Json;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Temporal;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.NgsiLd.Json;

/// <summary>Temporal evolutions: any number of instances of an Attribute (4.5.6 - 4.5.9).</summary>
internal ref partial struct EntityParser
{
    public Result<TemporalEntity> ReadTemporalEntity(EntityInput input)
    {
        _isTemporal = true;
        string? id = null;
        ImmutableArray<string> types = [];
        var seen = 0ul;
        var instances = ImmutableArray.CreateBuilder<AttributeInstance>();
        HashSet<string> names = new(StringComparer.Ordinal);

        if (!Open()) return Error;
        while (ReadMember(ref seen, out var at, out var member, out var iri))
        {
            if (member == Member.Value) (member, iri) = (Member.Attribute, NamedValue);
            var sound = member switch
            {
                Member.Attribute => IsAllowed(at, iri)
                    && (names.Add(iri) || Fail(at, $"has the same expanded name as another member: {iri}"))
                    && ReadEvolution(at, iri, instances),
                Member.Id => ReadUri(out id),
                Member.Type => ReadTypes(out types),
                Member.Scope => ReadEvolution(at, TemporalEntity.Scope, instances),
                Member.ExpiresAt or Member.Context or Member.CreatedAt or Member.ModifiedAt or Member.DeletedAt => _walker.Walk(out _),
                _ => Fail(at, "is a member of Attributes, which no Attribute can be named by"),
            };
            if (!sound) return Error;
        }

        if (!Close()) return Error;
        if (input == EntityInput.Entity && id is null) return Refusal(0, "has no id");
        if (input == EntityInput.Entity && types.IsEmpty) return Refusal(0, "has no type");
        return new TemporalEntity { Id = id ?? "", Types = types, Instances = instances.DrainToImmutable() };
    }

    private bool ReadEvolution(int nameAt, string name, ImmutableArray<AttributeInstance>.Builder into)
    {
        var first = into.Count;
        var start = _walker;
        if (!_walker.Walk(out var whole)) return false;
        if (whole.Token == JsonTokenType.StartArray && HoldsInstances(whole))
        {
            var outer = start;
            while (outer.Read() && outer.Token != JsonTokenType.EndArray)
            {
                var at = outer.Start;
                if (!outer.Walk(out var item)) return false;
                if (item.Token != JsonTokenType.StartObject) return Fail(at, "is no Attribute instance, as the first element is");
                if (!ReadPoint(name, item, into)) return false;
            }
        }
        else if (!(IsSeries(whole, out var kind, out var pairs) ? ReadSeries(name, kind, whole, pairs, into) : ReadPoint(name, whole, into)))
        {
            return false;
        }

        return name == TemporalEntity.Scope ? AreScopes(nameAt, into, first) : AreOfName(nameAt, name, into, first);
    }

    // One instance, or a bare value.
    private bool ReadPoint(string name, Slice item, ImmutableArray<AttributeInstance>.Builder into)
    {
        List<Attribute> one = [];
        if (!MayReadAgain(item)) return false;
        var outer = _walker;
        _walker.Enter(item);
        (_deletedAt, _instanceId) = (null, null);
        if (item.Token == JsonTokenType.StartObject)
        {
            if (!ReadObject(name, one, true, out _)) return false;
        }
        else if (!AddBare(name, item, one))
        {
            return false;
        }

        _walker = outer;
        if (IsReceived && one.Count == 0) return true;
        if (one.Count != 1) return Fail(item.Start, "is no single Attribute instance");
        into.Add(new AttributeInstance(one[0], _deletedAt) { InstanceId = _instanceId });
        return true;
    }

    // {"type": "Property", "values": [[21.5, "2026-01-01T00:00:00Z"], ...]} (4.5.9).
    private readonly bool IsSeries(Slice whole, out AttributeKind kind, out Slice pairs)
    {
        (kind, pairs) = (AttributeKind.Fragment, default);
        if (whole.Token != JsonTokenType.StartObject) return false;
        AttributeKind? named = null;
        var isSeries = false;
        var items = new SliceItems(_body.Span, whole);
        while (items.MoveNext())
        {
            if (items.RawName.SequenceEqual("type"u8) || items.RawName.SequenceEqual("@type"u8)) named = KindOf(items.Current);
            else if (SeriesNames.KindOf(items.RawName) is { } found && items.Current.Token == JsonTokenType.StartArray)
            {
                (kind, pairs, isSeries) = (found, items.Current, !isSeries);
            }
            else
            {
                return false;
            }
        }

        if (named == AttributeKind.GeoProperty && kind == AttributeKind.Property) kind = AttributeKind.GeoProperty;
        return isSeries && named == kind;
    }

    private bool ReadSeries(string name, AttributeKind kind, Slice whole, Slice pairs, ImmutableArray<AttributeInstance>.Builder into)
    {
        if (whole.ContextAt >= 0) return Fail(whole.ContextAt, ContextInside);
        foreach (var pair in new SliceItems(_body.Span, pairs))
        {
            if (!TryPair(pair, out var value, out var time)) return Fail(pair.Start, "is no pair of a value and a DateTime (ETSI GS CIM 009 4.5.9)");
            if (!TakeTime(time, out var observedAt)) return false;
            var members = new InstanceMembers { Name = name, ObservedAt = observedAt, ObjectTypes = [], SubAttributes = [] };
            if (!TakeValue(kind, Unwrap(kind, value), members, out var attribute)) return false;
            into.Add(new AttributeInstance(attribute));
        }

        return true;
    }

    private readonly bool TryPair(Slice pair, out Slice value, out Slice time)
    {
        (value, time) = (default, default);
        if (pair.Token != JsonTokenType.StartArray) return false;
        var items = new SliceItems(_body.Span, pair);
        if (!items.MoveNext()) return false;
        // A slice of a slice knows nothing of what was met inside it: nulls are looked for again.
        value = Inspect(items.Current);
        if (!items.MoveNext() || items.Current.Token != JsonTokenType.String) return false;
        time = items.Current;
        return !items.MoveNext();
    }

    private readonly Slice Inspect(Slice slice)
    {
        var walker = _walker;
        walker.Enter(slice);
        return walker.Walk(out var seen) ? seen : slice;
    }

    // {"languageMap": {...}}, {"vocab": ...} and {"json": ...} stand around the values of their kinds.
    private readonly Slice Unwrap(AttributeKind kind, Slice value)
    {
        if (kind is not (AttributeKind.LanguageProperty or AttributeKind.VocabProperty or AttributeKind.JsonProperty)) return value;
        if (value.Token != JsonTokenType.StartObject) return value;
        var items = new SliceItems(_body.Span, value);
        if (!items.MoveNext() || Members.OfTerm(JsonSpelling.Unescape(items.RawName)) != AttributeKinds.ValueMember(kind)) return value;
        var inner = items.Current;
        return items.MoveNext() ? value : Inspect(inner);
    }

    private bool AreOfName(int nameAt, string name, ImmutableArray<AttributeInstance>.Builder instances, int first)
    {
        for (var i = first; i < instances.Count; i++)
        {
            if (!SuitsName(nameAt, name, instances[i].Attribute)) return false;
        }

        return true;
    }

    // Strings, or arrays of strings, that are scopes, and nothing beside them but times (4.5.6).
    private bool AreScopes(int nameAt, ImmutableArray<AttributeInstance>.Builder instances, int first)
    {
        for (var i = first; i < instances.Count; i++)
        {
            if (instances[i].DeletedAt is not null) continue;
            if (instances[i].Attribute is not Property { UnitCode: null, ValueType: null, DatasetId: null, SubAttributes.IsEmpty: true } scope
                || !IsScopes(scope.Value.Span))
            {
                return Fail(nameAt, "is not a scope, an array of scopes, or a Property of such (ETSI GS CIM 009 4.5.6, 4.18)");
            }
        }

        return true;
    }

    private static bool IsScopes(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType == JsonTokenType.String) return ScopeName.IsScope(reader.GetString()!);
        if (reader.TokenType != JsonTokenType.StartArray) return false;
        var any = false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.String || !ScopeName.IsScope(reader.GetString()!)) return false;
            any = true;
        }

        return any;
    }
}
