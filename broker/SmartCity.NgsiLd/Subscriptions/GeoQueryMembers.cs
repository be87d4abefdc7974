using System.Text;
using System.Text.Json;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.NgsiLd.Subscriptions;

/// <summary>The members of a geo-query (ETSI GS CIM 009 5.2.13).</summary>
internal sealed class GeoQueryMembers(MemberReader members)
{
    public SubscribedGeoQuery? Read(JsonElement? value, SubscribedGeoQuery? target, string place)
    {
        if (value is not { } given || !members.IsObject(given, place)) return null;
        var problems = members.Problems.Count;
        var georel = target?.Georel;
        var geometry = target?.Geometry;
        var coordinates = target?.Coordinates;
        var path = target?.Query.Path;
        string? geoproperty = null;
        foreach (var member in given.EnumerateObject())
        {
            var name = $"{place}.{member.Name}";
            var one = members.Given(member.Value, name);
            switch (member.Name)
            {
                case "georel": georel = members.Text(one, name); break;
                case "geometry": geometry = members.Text(one, name); break;
                case "coordinates": coordinates = Coordinates(one, name); break;
                case "geoproperty":
                    geoproperty = members.Text(one, name);
                    path = null;
                    break;
                default: members.Problem(name, "is not a member of a geo-query"); break;
            }
        }

        if (members.Problems.Count > problems) return null;
        var parsed = members.Parsed(
            GeoQueryParser.Parse(georel, geometry, coordinates?.ToString(), geoproperty, members.Context), place);
        return parsed is null
            ? null
            : new(path is null ? parsed : parsed with { Path = path }, georel!, geometry!, coordinates!.Value);
    }

    /// <summary>A JSON array, or a string that holds one (ETSI GS CIM 009 4.7.1).</summary>
    private JsonValue? Coordinates(JsonElement? value, string name)
    {
        if (value is not { } given) return null;
        if (given.ValueKind == JsonValueKind.Array) return Compact(given);
        if (members.Text(value, name) is not { } text) return null;
        try
        {
            using var inner = JsonDocument.Parse(text);
            if (inner.RootElement.ValueKind == JsonValueKind.Array) return Compact(inner.RootElement);
        }
        catch (JsonException)
        {
            // Reported below, together with valid JSON that is no array.
        }

        members.Problem(name, "is not a JSON array");
        return null;
    }

    private static JsonValue Compact(JsonElement array)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            array.WriteTo(writer);
        }

        return JsonValue.Of(Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)));
    }
}
