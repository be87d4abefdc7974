using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;
using static SmartCity.NgsiLd.Subscriptions.MemberWriter;

namespace SmartCity.NgsiLd.Registrations;

/// <summary>Writes Context Source Registrations (ETSI GS CIM 009 5.2.9) with the names of a @context.</summary>
public static class RegistrationWriter
{
    /// <summary>What a client may send and read again: <see cref="RegistrationReader"/> makes an equal registration of it.</summary>
    public static void Write(Utf8JsonWriter json, ContextSourceRegistration registration, Context context)
    {
        json.WriteStartObject();
        WriteMembers(registration, registration.Information, context, json);
        json.WriteEndObject();
    }

    /// <summary>What a client reads: with how its source stands.</summary>
    /// <param name="json">Takes one object.</param>
    /// <param name="registration">The registration.</param>
    /// <param name="information">Those of its parts that are shown (ETSI GS CIM 009 5.10.2.5).</param>
    /// <param name="state">How requests to the source went.</param>
    /// <param name="context">Compacts the names.</param>
    /// <param name="sysAttrs">Whether createdAt and modifiedAt are shown (ETSI GS CIM 009 6.3.11).</param>
    /// <param name="includeContext">Whether the @context is a member (application/ld+json).</param>
    public static void Write(
        Utf8JsonWriter json, ContextSourceRegistration registration, ImmutableArray<RegistrationInfo> information,
        in ContextSourceFigures state, Context context, bool sysAttrs, bool includeContext)
    {
        json.WriteStartObject();
        WriteMembers(registration, information, context, json);
        WriteState(state, json);
        if (sysAttrs)
        {
            json.WriteString("createdAt", Timestamp.Format(registration.CreatedAt));
            json.WriteString("modifiedAt", Timestamp.Format(registration.ModifiedAt));
        }

        if (includeContext)
        {
            json.WritePropertyName("@context");
            json.WriteRawValue(context.Json, skipInputValidation: true);
        }

        json.WriteEndObject();
    }

    private static void WriteMembers(
        ContextSourceRegistration registration, ImmutableArray<RegistrationInfo> information, Context context, Utf8JsonWriter json)
    {
        json.WriteString("id", registration.Id);
        json.WriteString("type", RegistrationMembers.Type);
        WriteText(json, "registrationName", registration.Name);
        WriteText(json, "description", registration.Description);
        json.WriteString("endpoint", registration.Endpoint);
        json.WriteStartArray("information");
        foreach (var info in information) WriteInfo(info, context, json);
        json.WriteEndArray();
        if (registration.ModeIsGiven || registration.Mode != RegistrationMode.Inclusive) json.WriteString("mode", NameOf(registration.Mode));
        WriteTexts(json, "operations", registration.OperationNames);
        WritePairs(json, "contextSourceInfo", registration.ContextSourceInfo);
        WriteText(json, "contextSourceAlias", registration.ContextSourceAlias);
        WriteText(json, "tenant", registration.Tenant.Length == 0 ? null : registration.Tenant);
        WriteTexts(json, "datasetId", registration.DatasetIds);
        if (registration is { ScopeIsArray: false, Scopes: [var scope] }) json.WriteString("scope", scope);
        else WriteTexts(json, "scope", registration.Scopes);
        WriteGeometry(json, "location", registration.Location);
        WriteGeometry(json, "observationSpace", registration.ObservationSpace);
        WriteGeometry(json, "operationSpace", registration.OperationSpace);
        WriteInterval(json, "observationInterval", registration.ObservationInterval);
        WriteInterval(json, "managementInterval", registration.ManagementInterval);
        WriteText(json, "expiresAt", registration.ExpiresAt?.Text);
        WriteText(json, "refreshRate", registration.RefreshRate);
        WriteManagement(registration.Management, json);
        WriteProperties(registration.Properties, context, json);
    }

    internal static string NameOf(RegistrationMode mode) => mode switch
    {
        RegistrationMode.Exclusive => "exclusive",
        RegistrationMode.Redirect => "redirect",
        RegistrationMode.Auxiliary => "auxiliary",
        _ => "inclusive",
    };

    private static void WriteInfo(RegistrationInfo info, Context context, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        if (!info.Entities.IsEmpty)
        {
            json.WriteStartArray("entities");
            foreach (var entity in info.Entities)
            {
                json.WriteStartObject();
                WriteText(json, "id", entity.Id);
                WriteText(json, "idPattern", entity.IdPattern?.Text);
                if (entity.Types is [var type]) json.WriteString("type", context.Compact(type));
                else WriteNames(json, "type", entity.Types, context);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        WriteNames(json, "propertyNames", info.PropertyNames, context);
        WriteNames(json, "relationshipNames", info.RelationshipNames, context);
        json.WriteEndObject();
    }

    private static void WriteGeometry(Utf8JsonWriter json, string name, JsonValue? geometry)
    {
        if (geometry is not { } some) return;
        json.WritePropertyName(name);
        json.WriteRawValue(some.Span, skipInputValidation: true);
    }

    private static void WriteInterval(Utf8JsonWriter json, string name, TimeInterval? interval)
    {
        if (interval is null) return;
        json.WriteStartObject(name);
        json.WriteString("startAt", interval.StartAt.Text);
        WriteText(json, "endAt", interval.EndAt?.Text);
        json.WriteEndObject();
    }

    private static void WriteManagement(RegistrationManagement management, Utf8JsonWriter json)
    {
        if (management == RegistrationManagement.None) return;
        json.WriteStartObject("management");
        if (management.LocalOnly is { } localOnly) json.WriteBoolean("localOnly", localOnly);
        WriteText(json, "cacheDuration", management.CacheDuration);
        WriteNumber(json, "timeout", management.Timeout);
        WriteNumber(json, "cooldown", management.Cooldown);
        json.WriteEndObject();
    }

    /// <summary>As an Entity's Attributes are written, and then without the Entity.</summary>
    private static void WriteProperties(ImmutableArray<Entities.Attribute> properties, Context context, Utf8JsonWriter json)
    {
        if (properties.IsEmpty) return;
        var output = new ArrayBufferWriter<byte>();
        var entity = new Entity { Id = "urn:ngsi-ld:ContextSourceRegistration", Types = [], Attributes = properties };
        EntityWriter.Write(PackedEntity.Pack(entity), Representation.Default, context, output);
        using var written = JsonDocument.Parse(output.WrittenMemory, new() { MaxDepth = 1000 });
        foreach (var member in written.RootElement.EnumerateObject())
        {
            if (!member.NameEquals("id")) member.WriteTo(json);
        }
    }

    private static void WriteState(in ContextSourceFigures state, Utf8JsonWriter json)
    {
        if (state.TimesSent == 0) return;
        json.WriteString("status", state.IsFailed ? "failed" : "ok");
        json.WriteNumber("timesSent", state.TimesSent);
        json.WriteNumber("timesFailed", state.TimesFailed);
        if (state.LastSuccess is { } success) json.WriteString("lastSuccess", Timestamp.Format(success));
        if (state.LastFailure is { } failure) json.WriteString("lastFailure", Timestamp.Format(failure));
    }
}
