using System.Text.Json;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Subscriptions;

namespace SmartCity.NgsiLd.Snapshots;

/// <summary>The members of a Query in a Snapshot (ETSI GS CIM 009 5.2.23), and what they have to be together (5.7.2.4, 5.7.4.4).</summary>
internal sealed class SnapshotQueryMembers(MemberReader members, bool isTemporal, bool isKept)
{
    private readonly QueryMembers _query = new(members);

    public SnapshotQuery? Read(JsonElement value, string place)
    {
        if (!members.IsObject(value, place)) return null;
        var problems = members.Problems.Count;
        var read = new SnapshotQuery();
        foreach (var member in value.EnumerateObject())
        {
            var name = $"{place}.{member.Name}";
            read = Read(read, member.Name, name, members.Given(member.Value, name));
        }

        if (!value.TryGetProperty("type", out _)) members.Problem($"{place}.type", "is missing");
        if (isTemporal && read.Time is null && problems == members.Problems.Count) members.Problem($"{place}.temporalQ", "is missing");
        if (members.Problems.Count > problems) return read;
        // What is kept has its values expanded already.
        if (read.Q is { } q && read.ExpandValues is { } list)
        {
            read = read with { Q = ExpandedValues.In(q, [.. Subscription.NamesIn(list).Select(members.Context.Expand)], members.Context) };
        }

        if (!isKept) Check(read, place);
        return read;
    }

    private SnapshotQuery Read(SnapshotQuery read, string member, string name, JsonElement? value)
    {
        switch (member)
        {
            case "type":
                if (members.Text(value, name) is not (null or "Query")) members.Problem(name, "is not \"Query\"");
                return read;
            case "entities": return read with { Entities = members.Array(value, name, _query.Selector) };
            case "q": return read with { Q = _query.Parsed(value, name, q => QParser.Parse(q, members.Context)) };
            case "geoQ": return read with { GeoQ = new GeoQueryMembers(members).Read(value, null, name) };
            case "scopeQ": return read with { ScopeQ = _query.Parsed(value, name, ScopeQueryParser.Parse) };
            case "attrs": return read with { Attributes = members.Names(value, name) };
            case "pick": return read with { Pick = _query.Projection(value, name) };
            case "omit": return read with { Omit = _query.Projection(value, name) };
            case "datasetId": return read with { DatasetIds = members.Array(value, name, _query.DatasetId) };
            case "csf": return read with { Csf = _query.Parsed(value, name, q => QParser.Parse(q, members.Context)) };
            case "lang": return read with { Lang = _query.Language(value, name) };
            case "expandValues": return read with { ExpandValues = _query.NameList(value, name) };
            case "jsonKeys": return read with { JsonKeys = _query.NameList(value, name) };
            case "splitEntities": return read with { SplitEntities = members.Boolean(value, name) };
            case "join" when !isTemporal: return read with { Join = read.Join with { Kind = _query.JoinKind(value, name) } };
            case "joinLevel" when !isTemporal: return read with { Join = read.Join with { Level = _query.JoinLevel(value, name) } };
            case "containedBy" when !isTemporal:
                return read with { Join = read.Join with { ContainedBy = members.Array(value, name, (item, place) => members.Uri(item, place)) } };
            case "temporalQ" when isTemporal: return read with { Time = _query.Time(value, name) };
            case "temporalQ": return Refused(read, name, "is for snapshotTemporalQueries only");
            case "aggrParams" when isTemporal: return OfAnswers(read, member, value, IsObjectOf(value, name, "aggrMethods", "aggrPeriodDuration"));
            case "ordering": return OfAnswers(read, member, value, IsObjectOf(value, name, "orderBy", "collation", "geometry", "coordinates"));
            case "entityMap": return OfAnswers(read, member, value, members.Boolean(value, name) is not null);
            case "entityMapLifetime": return OfAnswers(read, member, value, SnapshotLifetime.Read(members, value, name) is not null);
            default: return Refused(read, name, "is not a member of a Query");
        }
    }

    private bool IsObjectOf(JsonElement? value, string name, params ReadOnlySpan<string> known)
    {
        if (value is not { } given || !members.IsObject(given, name)) return false;
        foreach (var member in given.EnumerateObject())
        {
            if (known.Contains(member.Name)) continue;
            members.Problem($"{name}.{member.Name}", "is not a member of it");
            return false;
        }

        return true;
    }

    private static SnapshotQuery OfAnswers(SnapshotQuery read, string member, JsonElement? value, bool isRight) =>
        isRight && value is { } given ? read with { OfAnswers = read.OfAnswers.Add((member, given.GetRawText())) } : read;

    private SnapshotQuery Refused(SnapshotQuery read, string name, string reason)
    {
        members.Problem(name, reason);
        return read;
    }

    private void Check(SnapshotQuery read, string place)
    {
        var wrong = QueryWidth.Narrow(read.IsLocal, read.ToQuery()).TryGet(out _, out var error) ? null : error;
        wrong ??= read.Q is null ? null : read.Join.Refuse(read.Q);
        wrong ??= read.Join.Refuse(new Extent(read.Pick, read.Omit));
        if (wrong is not null) members.Problem(place, wrong.Detail);
    }
}
