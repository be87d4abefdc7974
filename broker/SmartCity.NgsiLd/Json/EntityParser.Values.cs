using System.Collections.Immutable;
using System.Text.Json;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.NgsiLd.Json;

/// <summary>The value of each kind: checked, and kept as it was given.</summary>
internal ref partial struct EntityParser
{
    // A scalar or an array without more (4.5.2.3).
    private bool AddBare(string name, Slice slice, List<Entities.Attribute> into)
    {
        if (IsReceived && slice.Token == JsonTokenType.Null) return true;
        if (name == ProofNames.EntityType) return AddSealedTypes(name, slice, into);
        if (name == ProofNames.EntityId && !TakeUri(slice, out _)) return false;
        if (!TakeJson(slice, out var value)) return false;
        into.Add(new Property { Name = name, Value = value });
        return true;
    }

    private bool AddSealedTypes(string name, Slice slice, List<Entities.Attribute> into)
    {
        if (!TakeVocab(slice, out var types, out var isArray)) return false;
        into.Add(new VocabProperty { Name = name, Vocab = types, IsArray = isArray });
        return true;
    }

    private bool AddBareObject(string name, GivenMembers members, List<Entities.Attribute> into)
    {
        if (members is { HasOneMember: true } && members.Has(Member.Dataset) && IsDataset(members[Member.Dataset]))
        {
            return AddDataset(name, members[Member.Dataset], into);
        }

        var isGeo = IsGeometry(members);
        if (!(isGeo ? TakeGeometry(members.Whole, out var value) : TakeJson(members.Whole, out value))) return false;
        into.Add(isGeo ? new GeoProperty { Name = name, Value = value } : new Property { Name = name, Value = value });
        return true;
    }

    // {"dataset": {"@none": ..., "urn:...": ...}}: several instances in simplified form (4.5.4).
    private bool AddDataset(string name, Slice dataset, List<Entities.Attribute> into)
    {
        var items = new SliceItems(_body.Span, dataset);
        while (items.MoveNext())
        {
            var datasetId = JsonSpelling.Unescape(items.RawName);
            var first = into.Count;
            var outer = _walker;
            _walker.Enter(items.Current);
            if (!ReadAttribute(items.Current.Start, name, into, true)) return false;
            _walker = outer;
            if (into.Count != first + 1) return Fail(items.Current.Start, "holds several instances");
            if (datasetId != "@none") into[first] = into[first] with { DatasetId = datasetId };
        }

        return true;
    }

    private readonly bool IsDataset(Slice slice)
    {
        if (slice.Token != JsonTokenType.StartObject) return false;
        var items = new SliceItems(_body.Span, slice);
        var any = false;
        while (items.MoveNext())
        {
            var key = JsonSpelling.Unescape(items.RawName);
            if (key != "@none" && !Iri.IsAbsolute(key)) return false;
            any = true;
        }

        return any;
    }

    // Any JSON but null, without @context and, outside Fragments, without NGSI-LD Null (4.5.0, 5.5.4, 5.5.7).
    private bool TakeJson(Slice slice, out JsonValue value)
    {
        value = Keep(slice);
        if (slice.NullAt >= 0) return Fail(slice.NullAt, NullIsNone);
        if (slice.ContextAt >= 0) return Fail(slice.ContextAt, ContextInside);
        if (IsFragment) return true;
        if (IsNullUri(slice)) return Fail(slice.Start, NullIsNoValue);
        return slice.NullUriAt < 0 || Fail(slice.NullUriAt, NullIsNoValue);
    }

    // A geometry, or the text of one (4.7.2).
    private bool TakeGeometry(Slice slice, out JsonValue value)
    {
        if (!TakeJson(slice, out value)) return false;
        if (IsNullUri(slice)) return true;
        if (slice.Token != JsonTokenType.String)
        {
            var wrong = GeometrySyntax.Check(_body.Span.Slice(slice.Start, slice.Length), out var at);
            return wrong is null || Fail(slice.Start + at, wrong);
        }

        var text = System.Text.Encoding.UTF8.GetBytes(Text(slice));
        var reason = GeometrySyntax.CheckText(text);
        value = new JsonValue(JsonSpelling.Compact(text));
        return reason is null || Fail(slice.Start, reason);
    }

    // language tag -> string or array of strings (4.6.5).
    private bool TakeLanguageMap(Slice slice, out JsonValue map)
    {
        map = Keep(slice);
        if (IsFragment && IsNullUri(slice)) return true;
        if (slice.Token != JsonTokenType.StartObject) return Fail(slice.Start, "is not an object of languages");
        if (!TakeJson(slice, out map)) return false;
        var items = new SliceItems(_body.Span, slice);
        while (items.MoveNext())
        {
            var tag = JsonSpelling.Unescape(items.RawName);
            if (tag != "@none" && !LanguageTag.IsTag(tag)) return Fail(items.Current.Start, "is not under a language tag of RFC 5646");
            if (!AreStrings(items.Current)) return Fail(items.Current.Start, "is neither a string nor an array of strings");
        }

        return true;
    }

    private readonly bool AreStrings(Slice slice)
    {
        if (slice.Token == JsonTokenType.String) return true;
        if (slice.Token != JsonTokenType.StartArray) return false;
        var items = new SliceItems(_body.Span, slice);
        while (items.MoveNext())
        {
            if (items.Current.Token != JsonTokenType.String) return false;
        }

        return true;
    }

    private bool TakeUris(Slice slice, out ImmutableArray<string> uris, out bool isArray)
    {
        if (!TakeStrings(slice, out uris, out isArray)) return false;
        foreach (var uri in uris)
        {
            if (!Iri.IsAbsolute(uri)) return Fail(slice.Start, $"is not a URI: {Shown(uri)}");
            if (uri == NgsiLdNull.Uri && !IsFragment) return Fail(slice.Start, NullIsNoValue);
        }

        return true;
    }

    // What the @context makes of each name (4.5.20).
    private bool TakeVocab(Slice slice, out ImmutableArray<string> iris, out bool isArray)
    {
        iris = [];
        if (!TakeStrings(slice, out var names, out isArray)) return false;
        var expanded = ImmutableArray.CreateBuilder<string>(names.Length);
        foreach (var name in names)
        {
            if (name == NgsiLdNull.Uri && !IsFragment) return Fail(slice.Start, NullIsNoValue);
            var iri = name == NgsiLdNull.Uri ? name : _context.Expand(name);
            if (!Iri.IsAbsolute(iri)) return Fail(slice.Start, $"cannot be made a URI: {Shown(name)}");
            expanded.Add(iri);
        }

        iris = expanded.MoveToImmutable();
        return true;
    }

    private bool TakeValueList(Slice slice, out JsonValue list)
    {
        if (!TakeJson(slice, out list)) return false;
        if (IsFragment && IsNullUri(slice)) return true;
        if (slice.Token != JsonTokenType.StartArray) return Fail(slice.Start, "is not an array");
        return IsFragment || !IsOnlyNull(slice) || Fail(slice.Start, NullIsNoValue);
    }

    private readonly bool IsOnlyNull(Slice array)
    {
        var items = new SliceItems(_body.Span, array);
        return items.MoveNext() && IsNullUri(items.Current) && !items.MoveNext();
    }

    // URIs, or objects that hold one each as "object" (4.5.22).
    private bool TakeObjectList(Slice slice, out ImmutableArray<string> objects)
    {
        objects = [];
        if (IsFragment && IsNullUri(slice))
        {
            objects = [NgsiLdNull.Uri];
            return true;
        }

        if (slice.Token != JsonTokenType.StartArray) return Fail(slice.Start, "is not an array");
        var all = ImmutableArray.CreateBuilder<string>();
        var items = new SliceItems(_body.Span, slice);
        while (items.MoveNext())
        {
            if (!TakeObject(items.Current, out var uri)) return false;
            if (uri == NgsiLdNull.Uri && !IsFragment) return Fail(items.Current.Start, NullIsNoValue);
            all.Add(uri!);
        }

        objects = all.DrainToImmutable();
        return !objects.IsEmpty || Fail(slice.Start, "is an empty array");
    }

    private bool TakeObject(Slice item, out string? uri)
    {
        uri = null;
        if (item.Token != JsonTokenType.StartObject) return TakeUri(item, out uri);
        var members = new SliceItems(_body.Span, item);
        while (members.MoveNext())
        {
            if (Members.OfTerm(JsonSpelling.Unescape(members.RawName)) != Member.Object || uri is not null)
            {
                return Fail(members.Current.Start, "is not the member object, which alone may stand here");
            }

            if (!TakeUri(members.Current, out uri)) return false;
        }

        return uri is not null || Fail(item.Start, "has no object");
    }

    // Raw JSON, which may hold null (4.5.0, 4.5.24), but not be it.
    private bool TakeRawJson(Slice slice, out JsonValue json)
    {
        json = Keep(slice);
        if (slice.Token == JsonTokenType.Null) return Fail(slice.Start, NullIsNone);
        return IsFragment || !IsNullUri(slice) || Fail(slice.Start, NullIsNoValue);
    }

    private readonly JsonValue Keep(Slice slice) => new(JsonSpelling.Compact(_body.Slice(slice.Start, slice.Length)));
}
