using System.Collections.Immutable;
using System.Text.Json;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.NgsiLd.Subscriptions;

/// <summary>
/// Reads single JSON values and collects what is wrong with them, each with the member's name. A value that a Fragment
/// removes comes as null and reads as the default.
/// </summary>
internal sealed class MemberReader(bool merging, Context context)
{
    public bool Merging => merging;

    public Context Context => context;

    public List<string> Problems { get; } = [];

    /// <summary>The document's own members.</summary>
    public HashSet<string> Mentioned { get; } = new(StringComparer.Ordinal);

    public void Problem(string member, string reason) => Problems.Add($"{member} {reason}");

    /// <summary>The value, or null where it removes the member; JSON null in a whole document is a problem.</summary>
    public JsonElement? Given(JsonElement value, string member)
    {
        var isNull = value.ValueKind == JsonValueKind.Null
            || (value.ValueKind == JsonValueKind.String && value.ValueEquals(NgsiLdNull.Uri));
        if (!isNull) return value;
        if (!merging) Problem(member, "is null");
        return null;
    }

    public string? Text(JsonElement? value, string member)
    {
        if (value is not { } given) return null;
        if (given.ValueKind != JsonValueKind.String)
        {
            Problem(member, "is not a string");
            return null;
        }

        try
        {
            return given.GetString();
        }
        catch (InvalidOperationException)
        {
            Problem(member, "holds half a surrogate pair");
            return null;
        }
    }

    public string? Uri(JsonElement? value, string member)
    {
        var text = Text(value, member);
        if (text is null || (Iri.IsAbsolute(text) && text != NgsiLdNull.Uri)) return text;
        Problem(member, text == NgsiLdNull.Uri ? "is null" : "is not a URI");
        return null;
    }

    /// <summary>The id of a document: the target's where there is one, which a Fragment may repeat; empty where the broker is to choose.</summary>
    public string Id(JsonElement value, string? target)
    {
        var id = Uri(value, "id");
        if (target is not null && id is not null && id != target) Problem("id", "cannot be changed");
        return target ?? id ?? "";
    }

    /// <summary>Whether a document's type is the one that it has to be.</summary>
    public void Type(JsonElement value, string type)
    {
        if (Text(value, "type") is { } given && given != type) Problem("type", $"is not \"{type}\"");
    }

    public bool? Boolean(JsonElement? value, string member)
    {
        if (value is not { } given) return null;
        if (given.ValueKind is JsonValueKind.True or JsonValueKind.False) return given.GetBoolean();
        Problem(member, "is neither true nor false");
        return null;
    }

    public double? Number(JsonElement? value, string member)
    {
        if (value is not { } given) return null;
        if (given.ValueKind == JsonValueKind.Number && given.TryGetDouble(out var number) && double.IsFinite(number)) return number;
        Problem(member, "is not a number");
        return null;
    }

    public Timestamp? Time(JsonElement? value, string member)
    {
        var text = Text(value, member);
        if (text is null) return null;
        if (Timestamp.TryParse(text, out var timestamp)) return timestamp;
        Problem(member, "is not a DateTime");
        return null;
    }

    /// <summary>The elements of an array; nothing where it is removed.</summary>
    public ImmutableArray<T> Array<T>(
        JsonElement? value, string member, Func<JsonElement, string, T?> element, bool mayBeEmpty = false)
        where T : notnull
    {
        if (value is not { } given) return [];
        if (given.ValueKind != JsonValueKind.Array)
        {
            Problem(member, "is not an array");
            return [];
        }

        if (given.GetArrayLength() == 0 && !mayBeEmpty)
        {
            Problem(member, "is an empty array");
            return [];
        }

        var elements = ImmutableArray.CreateBuilder<T>();
        foreach (var item in given.EnumerateArray())
        {
            if (element(item, $"{member}[{elements.Count}]") is { } read) elements.Add(read);
            else return [];
        }

        return elements.DrainToImmutable();
    }

    public ImmutableArray<string> Texts(JsonElement? value, string member) => Array(value, member, (item, place) => Text(item, place));

    /// <summary>Attribute names, expanded.</summary>
    public ImmutableArray<string> Names(JsonElement? value, string member) => Array(value, member, (item, place) =>
    {
        var name = Text(item, place);
        if (name is null) return null;
        if (TermName.IsNameOrIri(name)) return context.Expand(name);
        Problem(place, "is not an Attribute name");
        return null;
    });

    public bool IsObject(JsonElement value, string member)
    {
        if (value.ValueKind == JsonValueKind.Object) return true;
        Problem(member, "is not an object");
        return false;
    }

    /// <summary>Takes the value of a sub-language, or its error as a problem of the member.</summary>
    public T? Parsed<T>(Result<T> result, string member)
        where T : class
    {
        if (result.TryGet(out var value, out var error)) return value;
        Problems.Add($"{member}: {error.Detail}");
        return null;
    }

    /// <summary>ETSI GS CIM 009 5.2.22.</summary>
    public KeyValue Pair(JsonElement value, string place)
    {
        if (!IsObject(value, place)) return default;
        string? key = null, text = null;
        foreach (var member in value.EnumerateObject())
        {
            var name = $"{place}.{member.Name}";
            if (member.NameEquals("key")) key = Text(member.Value, name);
            else if (member.NameEquals("value")) text = Text(member.Value, name);
            else Problem(name, "is neither key nor value");
        }

        if (!value.TryGetProperty("key", out _)) Problem($"{place}.key", "is missing");
        if (!value.TryGetProperty("value", out _)) Problem($"{place}.value", "is missing");
        return new(key ?? "", text ?? "");
    }
}
