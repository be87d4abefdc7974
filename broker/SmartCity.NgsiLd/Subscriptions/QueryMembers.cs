using System.Collections.Immutable;
using System.Text.Json;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Json;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.NgsiLd.Subscriptions;

/// <summary>What a Query (ETSI GS CIM 009 5.2.23) and a Subscription have alike.</summary>
internal sealed class QueryMembers(MemberReader members)
{
    public T? Parsed<T>(JsonElement? value, string name, Func<string, Result<T>> parse)
        where T : class =>
        members.Text(value, name) is { } text ? members.Parsed(parse(text), name) : null;

    public string? Language(JsonElement? value, string name)
    {
        var text = members.Text(value, name);
        if (text is null || LanguagePreference.IsList(text)) return text;
        members.Problem(name, "is not a list of language tags such as \"fr-CH,fr;q=0.9,*;q=0.5\"");
        return null;
    }

    public string? NameList(JsonElement? value, string name)
    {
        var text = members.Text(value, name);
        if (text is null || Subscription.NamesIn(text).All(one => TermName.IsNameOrIri(one))) return text;
        members.Problem(name, "is not a list of Attribute names, separated by commas");
        return null;
    }

    public string? DatasetId(JsonElement value, string place) =>
        value.ValueKind == JsonValueKind.String && value.ValueEquals("@none") ? "@none" : members.Uri(value, place);

    /// <summary>ETSI GS CIM 009 5.2.33.</summary>
    public EntitySelector? Selector(JsonElement value, string place)
    {
        if (!members.IsObject(value, place)) return null;
        var selector = new EntitySelector();
        foreach (var member in value.EnumerateObject())
        {
            var name = $"{place}.{member.Name}";
            selector = member.Name switch
            {
                "id" => selector with { Ids = Ids(member.Value, name) },
                "type" => selector with { Type = Parsed(member.Value, name, t => TypeSelectionParser.Parse(t, members.Context)) },
                "idPattern" => selector with { IdPattern = Parsed(member.Value, name, IdPattern.Parse) },
                _ => Unknown(selector, name),
            };
        }

        if (!value.TryGetProperty("type", out _)) members.Problem($"{place}.type", "is missing");
        return selector;
    }

    private EntitySelector Unknown(EntitySelector selector, string name)
    {
        members.Problem(name, "is not a member of an entity selector");
        return selector;
    }

    private ImmutableArray<string> Ids(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Array ? members.Array(value, name, (item, place) => members.Uri(item, place))
        : members.Uri(value, name) is { } id ? [id] : [];

    public Projection? Projection(JsonElement? value, string name)
    {
        if (value is null) return null;
        var texts = members.Texts(value, name);
        return texts.IsEmpty ? null : members.Parsed(ProjectionParser.Parse(string.Join(',', texts), members.Context), name);
    }

    public JoinKind JoinKind(JsonElement? value, string name)
    {
        if (members.Text(value, name) is not { } word) return Queries.JoinKind.None;
        if (Join.KindOf(word) is { } kind) return kind;
        members.Problem(name, "is none of inline, flat, @none");
        return default;
    }

    public int JoinLevel(JsonElement? value, string name)
    {
        if (members.Number(value, name) is not { } level) return Join.None.Level;
        if (level is >= 1 and <= int.MaxValue && level == Math.Floor(level)) return (int)level;
        members.Problem(name, "is not a positive integer");
        return Join.None.Level;
    }

    /// <summary>ETSI GS CIM 009 5.2.21.</summary>
    public GivenTemporalQuery? Time(JsonElement? value, string place)
    {
        if (value is not { } given || !members.IsObject(given, place)) return null;
        var problems = members.Problems.Count;
        string? timerel = null, timeAt = null, endTimeAt = null, timeproperty = null;
        double? lastN = null;
        foreach (var member in given.EnumerateObject())
        {
            var name = $"{place}.{member.Name}";
            var one = members.Given(member.Value, name);
            switch (member.Name)
            {
                case "timerel": timerel = members.Text(one, name); break;
                case "timeAt": timeAt = members.Text(one, name); break;
                case "endTimeAt": endTimeAt = members.Text(one, name); break;
                case "timeproperty": timeproperty = members.Text(one, name); break;
                case "lastN": lastN = members.Number(one, name); break;
                default: members.Problem(name, "is not a member of a temporal query"); break;
            }
        }

        if (timerel is null && members.Problems.Count == problems) members.Problem($"{place}.timerel", "is missing");
        if (lastN is { } count && (count < 1 || count > int.MaxValue || count != Math.Floor(count))) members.Problem($"{place}.lastN", "is not a positive integer");
        if (members.Problems.Count > problems) return null;
        var last = (int?)lastN;
        var query = members.Parsed(
            TemporalQueryParser.Parse(timerel, timeAt, endTimeAt, timeproperty, last?.ToString(System.Globalization.CultureInfo.InvariantCulture)), place);
        return query is null ? null : new(timerel!, timeAt!, endTimeAt, timeproperty, last, query);
    }
}
