using System.Buffers;
using System.Globalization;
using System.Text.Json;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Registrations;

/// <summary>
/// The form in which a registration is kept: as a client would send it under the core context alone, where every other name is written out. So it
/// is read again without any other @context.
/// </summary>
internal static class RegistrationDocument
{
    private const int Depth = 1000;

    /// <summary>What cannot be read back is not kept, whatever the reason.</summary>
    public static Result<byte[]> Write(ContextSourceRegistration registration)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("createdAt", registration.CreatedAt.ToString("O", CultureInfo.InvariantCulture));
            json.WriteString("modifiedAt", registration.ModifiedAt.ToString("O", CultureInfo.InvariantCulture));
            json.WritePropertyName("registration");
            RegistrationWriter.Write(json, registration, Context.Core);
            json.WriteEndObject();
        }

        var document = output.WrittenSpan.ToArray();
        return Read(document).Map(_ => document);
    }

    public static Result<ContextSourceRegistration> Read(ReadOnlyMemory<byte> document)
    {
        using var json = JsonDocument.Parse(document, new() { MaxDepth = Depth });
        var root = json.RootElement;
        var body = JsonSerializer.SerializeToUtf8Bytes(root.GetProperty("registration"));
        return RegistrationReader.Read(body, Context.Core, Depth).Map(registration =>
            registration with { CreatedAt = Time(root, "createdAt"), ModifiedAt = Time(root, "modifiedAt") });
    }

    private static DateTimeOffset Time(JsonElement root, string name) =>
        DateTimeOffset.ParseExact(root.GetProperty(name).GetString()!, "O", CultureInfo.InvariantCulture);
}
