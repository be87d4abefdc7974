using System.Collections.Immutable;
using System.Text.Json;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Subscriptions;

namespace SmartCity.NgsiLd.Registrations;

/// <summary>The members of what a source may have (ETSI GS CIM 009 5.2.10), and of its Entities (5.2.8).</summary>
internal sealed class RegistrationInfoMembers(MemberReader members)
{
    private readonly QueryMembers _query = new(members);

    public RegistrationInfo? Read(JsonElement value, string place)
    {
        if (!members.IsObject(value, place)) return null;
        var info = new RegistrationInfo([], [], []);
        var isEmpty = true;
        foreach (var member in value.EnumerateObject())
        {
            isEmpty = false;
            var name = $"{place}.{member.Name}";
            switch (member.Name)
            {
                case "entities": info = info with { Entities = members.Array(member.Value, name, Entity) }; break;
                case "propertyNames": info = info with { PropertyNames = members.Names(member.Value, name) }; break;
                case "relationshipNames": info = info with { RelationshipNames = members.Names(member.Value, name) }; break;
                default: members.Problem(name, "is not a member of a RegistrationInfo (ETSI GS CIM 009 5.2.10)"); break;
            }
        }

        if (isEmpty) members.Problem(place, "has none of entities, propertyNames and relationshipNames");
        return info;
    }

    private EntityInfo? Entity(JsonElement value, string place)
    {
        if (!members.IsObject(value, place)) return null;
        var info = new EntityInfo([], null, null);
        foreach (var member in value.EnumerateObject())
        {
            var name = $"{place}.{member.Name}";
            switch (member.Name)
            {
                case "type": info = info with { Types = Types(member.Value, name) }; break;
                case "id": info = info with { Id = members.Uri(member.Value, name) }; break;
                case "idPattern": info = info with { IdPattern = _query.Parsed(member.Value, name, IdPattern.Parse) }; break;
                default: members.Problem(name, "is not a member of an EntityInfo (ETSI GS CIM 009 5.2.8)"); break;
            }
        }

        if (!value.TryGetProperty("type", out _)) members.Problem($"{place}.type", "is missing");
        return info;
    }

    private ImmutableArray<string> Types(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Array ? members.Array(value, name, OneType)
        : OneType(value, name) is { } type ? [type] : [];

    private string? OneType(JsonElement value, string place)
    {
        if (members.Text(value, place) is not { } type) return null;
        if (TermName.IsNameOrIri(type)) return members.Context.Expand(type);
        members.Problem(place, "is not the name of an Entity type");
        return null;
    }
}
