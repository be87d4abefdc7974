using System.Collections.Immutable;
using System.Text.Json;
using SmartCity.Broker.EntityMaps;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;

namespace SmartCity.Broker.Federation.Http;

/// <summary>Reads EntityMaps from answers of sources (ETSI GS CIM 009 5.2.39).</summary>
internal static class MapAnswers
{
    /// <param name="body">The EntityMap.</param>
    /// <param name="location">Where it is, as the headers say; null where they do not.</param>
    public static Result<SourceMap> Read(ReadOnlyMemory<byte> body, string? location)
    {
        try
        {
            var reader = new Utf8JsonReader(body.Span);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return NoMap();
            string? id = null;
            ImmutableArray<string>? entities = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var (isId, isMap) = (reader.ValueTextEquals("id"u8), reader.ValueTextEquals("entityMap"u8));
                reader.Read();
                if (isId && reader.TokenType == JsonTokenType.String) id = reader.GetString();
                else if (isMap && reader.TokenType == JsonTokenType.StartObject) entities = Ids(ref reader);
                else reader.Skip();
            }

            var named = location is not null && EntityMapLocation.IdOf(location) is not null ? location : id;
            return named is not null && EntityMapLocation.IdOf(named) is not null && entities is { } ids ? new SourceMap(named, ids) : NoMap();
        }
        catch (Exception invalid) when (invalid is JsonException or InvalidOperationException)
        {
            return NgsiLdError.BadRequestData(invalid.Message);
        }
    }

    private static ImmutableArray<string> Ids(ref Utf8JsonReader reader)
    {
        var ids = ImmutableArray.CreateBuilder<string>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.GetString() is { } id && Iri.IsAbsolute(id) && known.Add(id)) ids.Add(id);
            reader.Read();
            reader.Skip();
        }

        return ids.DrainToImmutable();
    }

    private static NgsiLdError NoMap() => NgsiLdError.BadRequestData("it is no EntityMap");
}
