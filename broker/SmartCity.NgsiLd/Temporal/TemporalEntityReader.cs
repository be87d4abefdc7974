using System.Text.Json;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Json;

namespace SmartCity.NgsiLd.Temporal;

/// <summary>
/// Reads the temporal evolution of an Entity (ETSI GS CIM 009 5.2.20) straight from UTF-8: Attributes as arrays of instances or as
/// single ones, normalized or concise (4.5.7, 4.5.8), or in the simplified temporal form (4.5.9). Members that the broker
/// itself sets (instanceId, createdAt, modifiedAt) are passed over. Invalid JSON is InvalidRequest, invalid data BadRequestData.
/// </summary>
public static class TemporalEntityReader
{
    /// <param name="utf8">The body; it must stay as it is for as long as what was read is used.</param>
    /// <param name="context">Expands names.</param>
    /// <param name="input">A Fragment may lack id and type. Its instances are complete nevertheless.</param>
    /// <param name="options">Limits.</param>
    public static Result<TemporalEntity> Read(
        ReadOnlyMemory<byte> utf8, Context context, EntityInput input, EntityReaderOptions options) =>
        Read(utf8, context, EntityInput.Entity, input, options);

    /// <summary>The same as another source shows it: with instanceId, createdAt and modifiedAt.</summary>
    public static Result<TemporalEntity> ReadReceived(ReadOnlyMemory<byte> utf8, Context context, EntityReaderOptions options) =>
        Read(utf8, context, EntityInput.Received, EntityInput.Entity, options);

    private static Result<TemporalEntity> Read(
        ReadOnlyMemory<byte> utf8, Context context, EntityInput instances, EntityInput input, EntityReaderOptions options)
    {
        if (Body.CheckText(utf8.Span) is { } wrong) return wrong;
        var buffers = ParserBuffers.Rent();
        try
        {
            return Body.OrBroken(new EntityParser(utf8, context, instances, options, buffers).ReadTemporalEntity(input), utf8.Span);
        }
        catch (JsonException broken)
        {
            return Body.Broken(broken);
        }
        finally
        {
            buffers.Return();
        }
    }
}
