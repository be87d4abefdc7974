using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SmartCity.NgsiLd.Contexts;

/// <summary>The value of an <c>@context</c> member in answers: the user's, then the core context (ETSI GS CIM 009 5.2.3, 4.4).</summary>
internal static class ContextJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] OfUri(string uri) => Write(writer => writer.WriteStringValue(uri));

    public static byte[] WithCore(ReadOnlySpan<byte> json)
    {
        using var document = JsonDocument.Parse(json.ToArray());
        var context = document.RootElement;
        return Write(writer =>
        {
            if (context.ValueKind != JsonValueKind.Array)
            {
                context.WriteTo(writer);
                return;
            }

            foreach (var part in context.EnumerateArray())
            {
                if (!IsCore(part)) part.WriteTo(writer);
            }
        });
    }

    private static bool IsCore(JsonElement part) =>
        part.ValueKind == JsonValueKind.String && CoreContext.Is(part.GetString()!);

    private static byte[] Write(Action<Utf8JsonWriter> writeUserParts)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output, Options))
        {
            writer.WriteStartArray();
            writeUserParts(writer);
            writer.WriteStringValue(CoreContext.Uri);
            writer.WriteEndArray();
        }

        return output.WrittenSpan.ToArray();
    }
}
