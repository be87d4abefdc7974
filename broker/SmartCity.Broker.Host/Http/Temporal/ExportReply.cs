using SmartCity.Broker.Temporal;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Host.Http.Temporal;

/// <summary>Instances as a table, read and sent piece by piece: an extension.</summary>
internal sealed class ExportReply(EvolutionExport export, Context context) : Reply
{
    public override async Task SendAsync(HttpContext http)
    {
        WarningHeader.Tell(http.Response, export.Warnings);
        http.Response.ContentType = "text/csv; charset=utf-8";
        var output = http.Response.BodyWriter;
        var table = new TemporalCsvWriter(context, output);
        table.InstanceHeader();
        await foreach (var piece in export.Pieces)
        {
            table.Instances(piece.Head.ToEvolutionHead(), piece.Name, piece.Instances.AsSpan());
            // Where nobody reads any more, nothing more is read.
            if (output.UnflushedBytes > 0 && (await output.FlushAsync()).IsCompleted) return;
        }

        await output.FlushAsync();
    }
}

/// <summary>Aggregates as a table: an extension.</summary>
internal sealed class AggregateTableReply(EvolutionPage page, Aggregation aggregation, Context context, string neighbours) : Reply
{
    public override async Task SendAsync(HttpContext http)
    {
        TemporalHeaders.Set(http.Response, page, "", neighbours);
        http.Response.ContentType = "text/csv; charset=utf-8";
        var output = http.Response.BodyWriter;
        var table = new TemporalCsvWriter(context, output);
        table.AggregateHeader(aggregation);
        foreach (var evolution in page.Evolutions)
        {
            foreach (var attribute in evolution.Attributes)
            {
                if (attribute.Aggregate is { } series) table.Aggregate(evolution.Head.ToEvolutionHead(), attribute.Name, aggregation, series);
                await TemporalHeaders.FlushAsync(output);
            }
        }

        await output.FlushAsync();
    }
}
