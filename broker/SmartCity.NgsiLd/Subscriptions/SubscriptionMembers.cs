using System.Text.Json;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.NgsiLd.Subscriptions;

/// <summary>The members of a Subscription (ETSI GS CIM 009 5.2.12), each laid over what is there.</summary>
internal sealed class SubscriptionMembers(MemberReader members)
{
    private readonly QueryMembers _query = new(members);

    public Subscription? Read(JsonElement body, Subscription? target)
    {
        if (!members.IsObject(body, "the body")) return null;
        var isTyped = members.Merging;
        var isNotifying = members.Merging;
        var read = target ?? new Subscription { Id = "", Notification = new() { Endpoint = new() { Uri = "" } } };
        foreach (var member in body.EnumerateObject())
        {
            isTyped |= member.NameEquals("type");
            isNotifying |= member.NameEquals("notification");
            members.Mentioned.Add(member.Name);
            read = member.Name switch
            {
                "@context" => read,
                "id" => read with { Id = members.Id(member.Value, target?.Id) },
                "type" => Type(member.Value, read),
                _ => Read(read, member.Name, members.Given(member.Value, member.Name)),
            };
        }

        if (!isTyped) members.Problem("type", "is missing");
        if (!isNotifying) members.Problem("notification", "is missing");
        return WithExpandedValues(read);
    }

    // At once, since only now is the client's @context at hand. What is expanded already stays as it is.
    private Subscription WithExpandedValues(Subscription read) => read.Q is null
        ? read
        : read with { Q = ExpandedValues.In(read.Q, read.ExpandedNames(members.Context), members.Context) };

    private Subscription Read(Subscription read, string name, JsonElement? value) => name switch
    {
        "subscriptionName" => read with { Name = members.Text(value, name) },
        "description" => read with { Description = members.Text(value, name) },
        "entities" => read with { Entities = members.Array(value, name, _query.Selector) },
        "watchedAttributes" => read with { WatchedAttributes = members.Names(value, name) },
        "notificationTrigger" => read with { Triggers = Triggers(value, name) },
        "q" => read with { Q = _query.Parsed(value, name, q => QParser.Parse(q, members.Context)) },
        "geoQ" => read with { GeoQ = new GeoQueryMembers(members).Read(value, read.GeoQ, name) },
        "scopeQ" => read with { ScopeQ = _query.Parsed(value, name, ScopeQueryParser.Parse) },
        "csf" => read with { Csf = _query.Parsed(value, name, q => QParser.Parse(q, members.Context)) },
        "temporalQ" => read with { TemporalQ = _query.Time(value, name) },
        "lang" => read with { Lang = _query.Language(value, name) },
        "datasetId" => read with { DatasetIds = members.Array(value, name, _query.DatasetId, mayBeEmpty: true) },
        "timeInterval" => read with { TimeInterval = members.Number(value, name) },
        "throttling" => read with { Throttling = members.Number(value, name) },
        "expiresAt" => read with { ExpiresAt = members.Time(value, name) },
        "isActive" => read with { IsActive = members.Boolean(value, name) ?? true },
        "jsonldContext" => read with { JsonldContext = members.Uri(value, name) },
        "expandValues" => read with { ExpandValues = _query.NameList(value, name) },
        "jsonKeys" => read with { JsonKeys = _query.NameList(value, name) },
        "localOnly" => read with { LocalOnly = members.Boolean(value, name) },
        "splitEntities" => read with { SplitEntities = members.Boolean(value, name) },
        "notification" => read with { Notification = new NotificationMembers(members).Read(value, read.Notification, name) },
        // Written by the broker; what a client sends of them is ignored (5.2.12).
        "status" or "createdAt" or "modifiedAt" => read,
        "ngsildConformance" => read with { Conformance = Version(value, name) },
        _ => Unknown(read, name, "is not a member of a Subscription"),
    };

    private Subscription Unknown(Subscription read, string name, string reason)
    {
        members.Problem(name, reason);
        return read;
    }

    private Subscription Type(JsonElement value, Subscription read)
    {
        members.Type(value, "Subscription");
        return read;
    }

    private NgsiLdVersion? Version(JsonElement? value, string name)
    {
        if (members.Text(value, name) is not { } text) return null;
        if (NgsiLdVersion.TryParse(text, out var version)) return version;
        members.Problem(name, $"is \"{text}\", which is no version such as 1.6");
        return null;
    }

    private NotificationTriggers Triggers(JsonElement? value, string name)
    {
        if (value is null) return NotificationTriggers.Default;
        var all = NotificationTriggers.None;
        foreach (var trigger in members.Texts(value, name))
        {
            var one = trigger switch
            {
                "entityCreated" => NotificationTriggers.EntityCreated,
                "entityUpdated" => NotificationTriggers.EntityUpdated,
                "entityDeleted" => NotificationTriggers.EntityDeleted,
                "attributeCreated" => NotificationTriggers.AttributeCreated,
                "attributeUpdated" => NotificationTriggers.AttributeUpdated,
                "attributeDeleted" => NotificationTriggers.AttributeDeleted,
                _ => NotificationTriggers.None,
            };
            if (one == NotificationTriggers.None) members.Problem(name, $"holds \"{trigger}\", which is no trigger");
            all |= one;
        }

        return all;
    }
}
