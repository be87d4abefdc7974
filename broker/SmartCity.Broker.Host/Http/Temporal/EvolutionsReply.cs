using System.Collections.Immutable;
using System.Globalization;
using System.IO.Pipelines;
using SmartCity.Broker.Contexts;
using SmartCity.Broker.Host.Http.Entities;
using SmartCity.Broker.Storage;
using SmartCity.Broker.Temporal;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Host.Http.Temporal;

/// <summary>Temporal evolutions as JSON, sent while they are written (ETSI GS CIM 009 6.18.3.2, 6.19.3.1).</summary>
/// <param name="page">What was found.</param>
/// <param name="shown">How it is shown.</param>
/// <param name="type">What it is sent as.</param>
/// <param name="context">Compacts names.</param>
/// <param name="isArray">Whether it is the answer to a query.</param>
/// <param name="neighbours">Link values to the next and the previous page, each after a comma.</param>
internal sealed class EvolutionsReply(
    EvolutionPage page, TemporalRepresentation shown, MediaType type, Context context, bool isArray, string neighbours) : Reply
{
    private const int AtOnce = 500;

    public override async Task SendAsync(HttpContext http)
    {
        TemporalHeaders.Set(http.Response, page, shown.Entity.IncludeContext ? "" : ContextLink.Of(context), neighbours);
        // Of a retrieval, there is no 201 (6.19.3.1).
        if (isArray && page is { Map.IsNew: true, Range: null }) http.Response.StatusCode = StatusCodes.Status201Created;
        // Whether an older version is told less is in the status, and so before the body.
        if (shown.Entity.Version is not null) Shape.TellVersion(http.Response, shown.Entity, await IsAlteredAsync());
        http.Response.ContentType = type.Text();
        var output = http.Response.BodyWriter;
        await WriteAsync(new TemporalWriter(shown, context, output), () => TemporalHeaders.FlushAsync(output));
        await output.FlushAsync();
    }

    private async ValueTask<bool> IsAlteredAsync()
    {
        using var buffer = new PooledBuffer(16 * 1024);
        var writer = new TemporalWriter(shown, context, buffer);
        await WriteAsync(writer, () =>
        {
            buffer.Clear();
            return default;
        });
        return writer.IsAltered;
    }

    /// <param name="writer">Writes it.</param>
    /// <param name="flush">Called between any two pieces.</param>
    private async ValueTask WriteAsync(TemporalWriter writer, Func<ValueTask> flush)
    {
        if (isArray) writer.OpenArray();
        foreach (var evolution in page.Evolutions)
        {
            writer.Open(evolution.Head.ToEvolutionHead());
            foreach (var attribute in evolution.Attributes)
            {
                if (writer.LeavesOut(attribute.Name)) continue;
                if (attribute.Aggregate is { } aggregate) writer.Aggregate(attribute.Name, aggregate);
                else await WriteAsync(writer, attribute, flush);
                await flush();
            }

            writer.Close();
        }

        if (isArray) writer.CloseArray();
    }

    private async ValueTask WriteAsync(TemporalWriter writer, EvolvedAttribute attribute, Func<ValueTask> flush)
    {
        var instances = writer.Known(attribute.Instances);
        if (shown.Format == TemporalFormat.TemporalValues) instances = OfOneKind(instances);
        writer.OpenAttribute(attribute.Name, instances[0].Attribute.Kind);
        for (var start = 0; start < instances.Length; start += AtOnce)
        {
            writer.Instances(instances.AsSpan().Slice(start, Math.Min(AtOnce, instances.Length - start)));
            await flush();
        }

        writer.CloseAttribute();
    }

    // A list of pairs has one kind of values (ETSI GS CIM 009 4.5.9): that of the latest, where an Attribute has changed its kind.
    private static ImmutableArray<StoredInstance> OfOneKind(ImmutableArray<StoredInstance> instances)
    {
        AttributeKind first = instances[0].Attribute.Kind, last = instances[^1].Attribute.Kind;
        var isMixed = first != last;
        foreach (var instance in instances) isMixed |= instance.Attribute.Kind != first;
        return isMixed ? [.. instances.Where(instance => instance.Attribute.Kind == last)] : instances;
    }
}

internal static class TemporalHeaders
{
    private const int Enough = 64 * 1024;

    public static EvolutionHead ToEvolutionHead(this TemporalHead head) =>
        new(head.Id, head.Types, head.CreatedAt, head.ModifiedAt, head.DeletedAt);

    /// <summary>206 with the part of the time range that is there (ETSI GS CIM 009 6.3.10), links, and the count.</summary>
    public static void Set(HttpResponse response, EvolutionPage page, string link, string neighbours)
    {
        if (neighbours.Length > 0) link = link.Length > 0 ? link + neighbours : neighbours[2..];
        if (link.Length > 0) response.Headers.Link = link;
        if (page.Total is { } total) response.Headers[Paging.CountHeader] = total.ToString(CultureInfo.InvariantCulture);
        WarningHeader.Tell(response, page.Warnings);
        EntityMapHeader.Tell(response, page.Map);
        if (page.Range is not { } range) return;
        response.StatusCode = StatusCodes.Status206PartialContent;
        var size = range.Size?.ToString(CultureInfo.InvariantCulture) ?? "*";
        response.Headers.ContentRange = $"DateTime {Text(range.Start)}-{Text(range.End)}/{size}";
    }

    /// <summary>Sends what was written once it is worth it.</summary>
    public static async ValueTask FlushAsync(PipeWriter output)
    {
        if (output.UnflushedBytes >= Enough) await output.FlushAsync();
    }

    private static string Text(long ticks)
    {
        var time = new DateTime(ticks, DateTimeKind.Utc);
        return time.ToString(ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
    }
}
