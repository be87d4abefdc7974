using System.Collections.Immutable;
using System.Text.Json;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.NgsiLd.Json;

/// <summary>The members that are no Attributes: identifiers, types, scopes, times.</summary>
internal ref partial struct EntityParser
{
    private bool ReadUri(out string? uri)
    {
        uri = null;
        return _walker.Walk(out var slice) && TakeUri(slice, out uri);
    }

    private bool TakeUri(Slice slice, out string? uri)
    {
        uri = null;
        if (!TakeString(slice, out var text)) return false;
        uri = text;
        return Iri.IsAbsolute(text) || Fail(slice.Start, $"is not a URI: {Shown(text)}");
    }

    private bool ReadTypes(out ImmutableArray<string> types)
    {
        types = [];
        return _walker.Walk(out var slice) && TakeNames(slice, out types, out _);
    }

    // Type names, expanded: one, or an array of them, each kept once.
    private bool TakeNames(Slice slice, out ImmutableArray<string> names, out bool isArray)
    {
        var expanded = ImmutableArray.CreateBuilder<string>(1);
        names = [];
        if (!TakeStrings(slice, out var texts, out isArray)) return false;
        foreach (var text in texts)
        {
            var isNull = text == NgsiLdNull.Uri;
            if (isNull && !IsFragment) return Fail(slice.Start, NullIsNoValue);
            if (!TermName.IsNameOrIri(text))
            {
                return Fail(slice.Start, $"is not a name that NGSI-LD allows (ETSI GS CIM 009 4.6.2): {Shown(text)}");
            }

            var iri = isNull ? text : _context.Expand(text);
            if (iri[0] == '@') return Fail(slice.Start, $"stands for the keyword {iri}");
            if (!expanded.Contains(iri)) expanded.Add(iri);
        }

        names = expanded.DrainToImmutable();
        return true;
    }

    private bool ReadScopes(out ImmutableArray<string> scopes, out bool isArray)
    {
        scopes = [];
        isArray = false;
        if (!_walker.Walk(out var slice) || !TakeStrings(slice, out scopes, out isArray)) return false;
        foreach (var scope in scopes)
        {
            if (scope == NgsiLdNull.Uri && !IsFragment) return Fail(slice.Start, NullIsNoValue);
            if (scope != NgsiLdNull.Uri && !ScopeName.IsScope(scope))
            {
                return Fail(slice.Start, $"is not a scope (ETSI GS CIM 009 4.18): {Shown(scope)}");
            }
        }

        return true;
    }

    private bool ReadSystemTime(out DateTimeOffset time)
    {
        time = default;
        if (!_walker.Walk(out var slice)) return false;
        time = TakeSystemTime(slice);
        return true;
    }

    private readonly DateTimeOffset TakeSystemTime(GivenMembers members, Member member) =>
        members.Has(member) ? TakeSystemTime(members[member]) : default;

    // What a source says of itself: where it is no DateTime the source has said nothing.
    private readonly DateTimeOffset TakeSystemTime(Slice slice) =>
        slice.Token == JsonTokenType.String && Timestamp.TryParse(Text(slice), out var time) ? time.Value : default;

    private bool ReadTime(out Timestamp? time)
    {
        time = null;
        return _walker.Walk(out var slice) && TakeTime(slice, out time);
    }

    private bool TakeTime(Slice slice, out Timestamp? time)
    {
        time = null;
        if (!TakeString(slice, out var text)) return false;
        if (IsFragment && text == NgsiLdNull.Uri)
        {
            time = NgsiLdNull.Time;
            return true;
        }

        if (!Timestamp.TryParse(text, out var value))
        {
            return Fail(slice.Start, $"is not a DateTime in UTC such as 2026-01-31T12:00:00Z (ETSI GS CIM 009 4.6.3): {Shown(text)}");
        }

        time = value;
        return true;
    }

    // A string, or an array of strings that is not empty.
    private bool TakeStrings(Slice slice, out ImmutableArray<string> texts, out bool isArray)
    {
        texts = [];
        isArray = slice.Token == JsonTokenType.StartArray;
        if (!isArray)
        {
            if (slice.Token != JsonTokenType.String) return Fail(slice.Start, "is neither a string nor an array of strings");
            if (!TakeString(slice, out var text)) return false;
            texts = [text];
            return true;
        }

        var all = ImmutableArray.CreateBuilder<string>();
        foreach (var item in new SliceItems(_body.Span, slice))
        {
            if (!TakeString(item, out var text)) return false;
            all.Add(text);
        }

        texts = all.DrainToImmutable();
        return !texts.IsEmpty || Fail(slice.Start, "is an empty array");
    }

    private bool TakeString(Slice slice, out string text)
    {
        text = "";
        if (slice.Token == JsonTokenType.Null) return Fail(slice.Start, NullIsNone);
        if (slice.Token != JsonTokenType.String) return Fail(slice.Start, "is not a string");
        var raw = _body.Span.Slice(slice.Start + 1, slice.Length - 2);
        text = JsonSpelling.Unescape(raw);
        return text.Length > 0 || Fail(slice.Start, "is an empty string");
    }

    private const string ContextInside = "stands inside an Attribute (ETSI GS CIM 009 5.5.7)";
    private const string NullIsNone = "is null, which NGSI-LD has no place for (ETSI GS CIM 009 4.5.0)";
    private const string NullIsNoValue = $"is {NgsiLdNull.Uri}, which only updates and merges may hold (ETSI GS CIM 009 5.5.4)";

    private static string Shown(string text) => text.Length <= 80 ? text : $"{text.AsSpan(0, 80)}...";
}
