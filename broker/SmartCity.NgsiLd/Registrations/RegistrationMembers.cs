using System.Collections.Immutable;
using System.Text.Json;
using SmartCity.NgsiLd.Json;
using SmartCity.NgsiLd.Subscriptions;

namespace SmartCity.NgsiLd.Registrations;

/// <summary>The members of a registration (ETSI GS CIM 009 5.2.9), each laid over what is there.</summary>
internal sealed class RegistrationMembers(MemberReader members, int maxDepth)
{
    public const string Type = "ContextSourceRegistration";

    private readonly QueryMembers _query = new(members);
    private readonly RegistrationInfoMembers _information = new(members);
    private readonly SourceMembers _source = new(members);

    public ContextSourceRegistration? Read(JsonElement body, ContextSourceRegistration? target)
    {
        if (!members.IsObject(body, "the body")) return null;
        var read = target ?? new ContextSourceRegistration { Id = "", Endpoint = "", Information = [] };
        var properties = new SourceProperties(members, maxDepth);
        foreach (var member in body.EnumerateObject())
        {
            members.Mentioned.Add(member.Name);
            read = member.Name switch
            {
                "@context" => read,
                "id" => read with { Id = members.Id(member.Value, target?.Id) },
                "type" => TypeOf(member.Value, read),
                _ when properties.Take(member) => read,
                _ => Read(read, member.Name, members.Given(member.Value, member.Name)),
            };
        }

        if (!members.Merging) Require("type", "endpoint", "information");
        return read with { Properties = properties.Over(read.Properties) };
    }

    private void Require(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (!members.Mentioned.Contains(name)) members.Problem(name, "is missing");
        }
    }

    private ContextSourceRegistration Read(ContextSourceRegistration read, string name, JsonElement? value) => name switch
    {
        "endpoint" => read with { Endpoint = members.Uri(Kept(value, name), name) ?? read.Endpoint },
        "information" => read with { Information = members.Array(Kept(value, name), name, _information.Read) },
        "registrationName" => read with { Name = Filled(value, name) },
        "description" => read with { Description = Filled(value, name) },
        "mode" => read with { Mode = Mode(value, name), ModeIsGiven = value is not null },
        "operations" => Operations(read, members.Array(value, name, Operation)),
        "contextSourceInfo" => read with { ContextSourceInfo = members.Array(value, name, members.Pair, mayBeEmpty: true) },
        "contextSourceAlias" => read with { ContextSourceAlias = Filled(value, name) },
        "tenant" => read with { Tenant = members.Text(value, name) ?? "" },
        "datasetId" => read with { DatasetIds = members.Array(value, name, _query.DatasetId, mayBeEmpty: true) },
        "scope" => Scope(read, value, name),
        "location" => read with { Location = _source.Geometry(value, name) },
        "observationSpace" => read with { ObservationSpace = _source.Geometry(value, name) },
        "operationSpace" => read with { OperationSpace = _source.Geometry(value, name) },
        "observationInterval" => read with { ObservationInterval = _source.Interval(value, read.ObservationInterval, name) },
        "managementInterval" => read with { ManagementInterval = _source.Interval(value, read.ManagementInterval, name) },
        "management" => read with { Management = _source.Management(value, read.Management, name) },
        "expiresAt" => read with { ExpiresAt = members.Time(value, name) },
        "refreshRate" => read with { RefreshRate = _source.Duration(value, name, out _) },
        // Written by the broker; what a client sends of them is ignored (5.2.9).
        "status" or "timesSent" or "timesFailed" or "lastSuccess" or "lastFailure" or "createdAt" or "modifiedAt" => read,
        _ => Unknown(read, name),
    };

    private ContextSourceRegistration Unknown(ContextSourceRegistration read, string name)
    {
        members.Problem(name, "is neither a member of a registration nor a Property or Relationship of the source");
        return read;
    }

    private ContextSourceRegistration TypeOf(JsonElement value, ContextSourceRegistration read)
    {
        members.Type(value, Type);
        return read;
    }

    private JsonElement? Kept(JsonElement? value, string name)
    {
        if (value is null && members.Merging) members.Problem(name, "cannot be removed");
        return value;
    }

    private string? Filled(JsonElement? value, string name)
    {
        var text = members.Text(value, name);
        if (text is not "") return text;
        members.Problem(name, "is empty");
        return null;
    }

    private RegistrationMode Mode(JsonElement? value, string name)
    {
        switch (members.Text(value, name))
        {
            case null or "inclusive": return RegistrationMode.Inclusive;
            case "exclusive": return RegistrationMode.Exclusive;
            case "redirect": return RegistrationMode.Redirect;
            case "auxiliary": return RegistrationMode.Auxiliary;
            default:
                members.Problem(name, "is none of inclusive, exclusive, redirect, auxiliary");
                return default;
        }
    }

    private string? Operation(JsonElement value, string place)
    {
        if (members.Text(value, place) is not { } name) return null;
        if (OperationNames.Find(name) is not null) return name;
        members.Problem(place, $"is \"{name}\", which is no operation or group of operations (ETSI GS CIM 009 4.20)");
        return null;
    }

    private static ContextSourceRegistration Operations(ContextSourceRegistration read, ImmutableArray<string> names) =>
        read with { OperationNames = names, Operations = OperationNames.Together(names) };

    private ContextSourceRegistration Scope(ContextSourceRegistration read, JsonElement? value, string name)
    {
        if (value is not { } given) return read with { Scopes = [], ScopeIsArray = false };
        if (given.ValueKind == JsonValueKind.Array) return read with { Scopes = members.Array(value, name, OneScope), ScopeIsArray = true };
        return read with { Scopes = OneScope(given, name) is { } scope ? [scope] : [], ScopeIsArray = false };
    }

    private string? OneScope(JsonElement value, string place)
    {
        if (members.Text(value, place) is not { } scope) return null;
        if (ScopeName.IsScope(scope)) return scope;
        members.Problem(place, $"is \"{scope}\", which is no scope (ETSI GS CIM 009 4.18)");
        return null;
    }
}
