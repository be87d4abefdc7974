using System.Text.Json;
using SmartCity.NgsiLd.Json;

namespace SmartCity.NgsiLd.Subscriptions;

/// <summary>The members of notification parameters (ETSI GS CIM 009 5.2.14) and of the endpoint in them (5.2.15).</summary>
internal sealed class NotificationMembers(MemberReader members)
{
    private readonly QueryMembers _query = new(members);

    public NotificationParameters Read(JsonElement? value, NotificationParameters target, string place)
    {
        if (value is not { } given)
        {
            if (members.Merging) members.Problem(place, "cannot be removed");
            return target;
        }

        if (!members.IsObject(given, place)) return target;
        var read = target;
        foreach (var member in given.EnumerateObject())
        {
            var name = $"{place}.{member.Name}";
            read = Read(read, member.Name, name, members.Given(member.Value, name));
        }

        if (read.Endpoint.Uri.Length == 0 && !given.TryGetProperty("endpoint", out _))
        {
            members.Problem($"{place}.endpoint", "is missing");
        }

        return read;
    }

    private NotificationParameters Read(NotificationParameters read, string member, string name, JsonElement? value)
    {
        switch (member)
        {
            case "attributes": return read with { Attributes = members.Names(value, name) };
            case "pick": return read with { Pick = _query.Projection(value, name) };
            case "omit": return read with { Omit = _query.Projection(value, name) };
            case "format": return read with { Format = Format(value, name) };
            case "showChanges": return read with { ShowChanges = members.Boolean(value, name) ?? false };
            case "sysAttrs": return read with { SysAttrs = members.Boolean(value, name) ?? false };
            case "endpoint": return read with { Endpoint = Endpoint(value, read.Endpoint, name) };
            case "join": return read with { Join = read.Join with { Kind = _query.JoinKind(value, name) } };
            case "joinLevel": return read with { Join = read.Join with { Level = _query.JoinLevel(value, name) } };
            // Written by the broker; what a client sends of them is ignored (5.2.14.2).
            case "status" or "timesSent" or "timesFailed" or "lastNotification" or "lastSuccess" or "lastFailure": return read;
            default: members.Problem(name, "is not a member of notification parameters"); return read;
        }
    }

    private EntityFormat Format(JsonElement? value, string name)
    {
        switch (members.Text(value, name))
        {
            case null or "normalized": return EntityFormat.Normalized;
            case "concise": return EntityFormat.Concise;
            case "simplified" or "keyValues": return EntityFormat.Simplified;
            default:
                members.Problem(name, "is none of normalized, concise, simplified, keyValues");
                return default;
        }
    }

    private Endpoint Endpoint(JsonElement? value, Endpoint target, string place)
    {
        if (value is not { } given)
        {
            if (members.Merging) members.Problem(place, "cannot be removed");
            return target;
        }

        if (!members.IsObject(given, place)) return target;
        var read = target;
        foreach (var member in given.EnumerateObject())
        {
            var name = $"{place}.{member.Name}";
            var one = members.Given(member.Value, name);
            switch (member.Name)
            {
                case "uri" when one is null && members.Merging: members.Problem(name, "cannot be removed"); break;
                case "uri": read = read with { Uri = members.Uri(one, name) ?? read.Uri }; break;
                case "accept": read = read with { Accept = MediaType(one, name) }; break;
                case "timeout": read = read with { Timeout = members.Number(one, name) }; break;
                case "cooldown": read = read with { Cooldown = members.Number(one, name) }; break;
                case "receiverInfo": read = read with { ReceiverInfo = members.Array(one, name, members.Pair, mayBeEmpty: true) }; break;
                case "notifierInfo": read = read with { NotifierInfo = members.Array(one, name, members.Pair, mayBeEmpty: true) }; break;
                default: members.Problem(name, "is not a member of an endpoint"); break;
            }
        }

        if (read.Uri.Length == 0 && !given.TryGetProperty("uri", out _)) members.Problem($"{place}.uri", "is missing");
        return read;
    }

    private NotificationMediaType MediaType(JsonElement? value, string name)
    {
        if (members.Text(value, name) is not { } text) return default;
        if (NotificationMediaTypes.Find(text) is { } type) return type;
        members.Problem(name, "is none of application/json, application/ld+json, application/geo+json");
        return default;
    }
}
