using System.Collections.Immutable;
using System.Text.Json;
using SmartCity.Broker.Entities;

namespace SmartCity.Broker.Host.Http.Entities;

/// <summary>ETSI GS CIM 009 5.2.16, 5.2.17.</summary>
internal static class BatchResult
{
    public static void Write(Utf8JsonWriter json, IEnumerable<string> successes, ImmutableArray<BatchError> errors)
    {
        json.WriteStartObject();
        json.WriteStartArray("success"u8);
        foreach (var id in successes) json.WriteStringValue(id);
        json.WriteEndArray();
        json.WriteStartArray("errors"u8);
        foreach (var failure in errors)
        {
            json.WriteStartObject();
            json.WriteString("entityId"u8, failure.EntityId);
            json.WritePropertyName("error"u8);
            ErrorReply.Write(json, failure.Error, ErrorStatus.Of(failure.Error.Kind));
            if (failure.RegistrationId is { } id) json.WriteString("registrationId"u8, id);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
