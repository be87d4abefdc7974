using System.Buffers;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries.Text;

namespace SmartCity.NgsiLd.Temporal;

/// <summary>
/// Writes temporal evolutions as a table (RFC 4180), for people who open one: a line per instance, or per period of an aggregate.
/// An extension of this broker. Text that a spreadsheet would take for a formula gets an apostrophe before it.
/// </summary>
public sealed class TemporalCsvWriter(Context context, IBufferWriter<byte> output)
{
    private readonly CsvLine _line = new(output);

    public void InstanceHeader() => output.Write("entityId,type,attribute,datasetId,observedAt,modifiedAt,value,unitCode\r\n"u8);

    public void AggregateHeader(Aggregation aggregation)
    {
        output.Write("entityId,type,attribute,from,to"u8);
        foreach (var (name, _) in aggregation.Each)
        {
            output.Write(","u8);
            _line.Raw(System.Text.Encoding.UTF8.GetBytes(name));
        }

        output.Write("\r\n"u8);
    }

    public void Instances(in EvolutionHead head, string attribute, ReadOnlySpan<StoredInstance> instances)
    {
        var start = Start(head, attribute);
        foreach (var stored in instances)
        {
            var instance = stored.Attribute;
            output.Write(start);
            _line.Field(instance.DatasetId);
            _line.Comma();
            _line.Raw(instance.ObservedAt);
            _line.Comma();
            _line.Instant(instance.ModifiedAtTicks);
            _line.Comma();
            if (stored.DeletedAt is null) Value(instance);
            else _line.Raw("urn:ngsi-ld:null"u8);
            _line.Comma();
            _line.Field(instance.UnitCode);
            _line.End();
        }
    }

    public void Aggregate(in EvolutionHead head, string attribute, Aggregation aggregation, SeriesAggregate series)
    {
        var start = Start(head, attribute);
        foreach (var (summary, from, to) in series.Periods())
        {
            output.Write(start);
            _line.DateTime(from);
            _line.Comma();
            _line.DateTime(to);
            foreach (var (_, method) in aggregation.Each)
            {
                _line.Comma();
                if ((series.Eligible & method) == 0) continue;
                if (summary.TryNumber(method, out var number)) _line.Number(number);
                else if (summary.TryText(method, out var text)) _line.Field(text);
            }

            _line.End();
        }
    }

    // The fields that all lines of an Attribute begin with.
    private ReadOnlySpan<byte> Start(in EvolutionHead head, string attribute)
    {
        var start = new ArrayBufferWriter<byte>(256);
        var line = new CsvLine(start);
        line.Field(head.Id);
        line.Comma();
        line.Field(string.Join(' ', head.Types.Select(context.Compact)));
        line.Comma();
        line.Field(attribute == TemporalEntity.Scope ? "scope" : context.Compact(attribute));
        line.Comma();
        return start.WrittenSpan;
    }

    // The text of strings and of typed values; other values as JSON.
    private void Value(in PackedAttribute instance)
    {
        var json = instance.Value;
        if (JsonText.IsNumber(json) || json[0] is (byte)'t' or (byte)'f')
        {
            _line.Raw(json);
            return;
        }

        if (instance.Kind is AttributeKind.Property) json = StoredValue.Lexical(json);
        if (!JsonText.IsString(json))
        {
            _line.Field(json);
            return;
        }

        using var text = new UnescapedText(json);
        if (instance.Kind == AttributeKind.VocabProperty) _line.Field(context.Compact(System.Text.Encoding.UTF8.GetString(text.Span)));
        else _line.Field(text.Span);
    }
}
