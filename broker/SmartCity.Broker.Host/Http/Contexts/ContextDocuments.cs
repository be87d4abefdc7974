using System.Collections.Immutable;
using System.Text.Json;
using SmartCity.Broker.Contexts;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Host.Http.Contexts;

/// <summary>What is told of stored contexts (ETSI GS CIM 009 5.13.3.5).</summary>
internal static class ContextDocuments
{
    public static void WriteList(Utf8JsonWriter json, ImmutableArray<ContextDetails> contexts, string root, bool details)
    {
        json.WriteStartArray();
        foreach (var context in contexts)
        {
            if (details) Write(json, context, root);
            else json.WriteStringValue(Url(context, root));
        }

        json.WriteEndArray();
    }

    public static void Write(Utf8JsonWriter json, ContextDetails context, string root)
    {
        json.WriteStartObject();
        json.WriteString("URL"u8, Url(context, root));
        json.WriteString("localId"u8, context.LocalId);
        json.WriteString("kind"u8, context.Kind.ToString());
        WriteTime(json, "createdAt", context.CreatedAt);
        if (context.ExpiresAt is { } expires) WriteTime(json, "expiresAt", expires);
        if (context.LastUsage is { } used) WriteTime(json, "lastUsage", used);
        json.WriteNumber("numberOfHits"u8, context.NumberOfHits);
        if (context.Kind == ContextKind.Cached)
        {
            json.WriteStartObject("extraInfo"u8);
            json.WriteNumber("terms"u8, context.TermCount);
            json.WriteBoolean("preloaded"u8, context.IsPreloaded);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static string Url(ContextDetails context, string root) =>
        context.Url ?? root + KeptContexts.Path + PathVariable.Encode(context.LocalId);

    private static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset time)
    {
        Span<byte> text = stackalloc byte[40];
        time.UtcDateTime.TryFormat(text, out var length, Timestamp.SystemFormat, System.Globalization.CultureInfo.InvariantCulture);
        json.WriteString(name, text[..length]);
    }
}
