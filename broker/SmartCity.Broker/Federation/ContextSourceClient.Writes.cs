using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using SmartCity.Broker.Entities;
using SmartCity.Broker.Federation.Http;
using SmartCity.Broker.Registrations;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Federation;

/// <summary>Writes, forwarded (ETSI GS CIM 009 5.6, 6.4 - 6.7, 6.14 - 6.17, 6.31).</summary>
public sealed partial class ContextSourceClient
{
    // format came with 1.8; before, options says the same.
    private static readonly NgsiLdVersion KnowsFormat = new(1, 8);

    public async ValueTask<SourceAnswer<SourceWritten>> WriteAsync(
        Call call, ContextSource source, SourceWrite write, CancellationToken cancellation)
    {
        var named = await ContextAsync(call, source, cancellation).ConfigureAwait(false);
        if (!named.IsSuccess) return Passed<Context, SourceWritten>(named);
        var context = named.Value!;
        var asked = new SourceCall(call, source, context, Method(write.Kind), Target(source, write, context), Body(source, write, context));
        var answer = await WrittenAsync(asked, cancellation).ConfigureAwait(false);
        // Whatever it says of it: there is nothing else that a creation could be in conflict with (6.4.3.1).
        return write.Kind == SourceWriteKind.Create && answer is { Status: 409, Error: null } ? answer with { Error = NgsiLdErrorKind.AlreadyExists } : answer;
    }

    public async ValueTask<SourceAnswer<BatchOutcome>> BatchAsync(
        Call call, ContextSource source, BatchKind kind, ImmutableArray<Entity> items, MergeOptions options, CancellationToken cancellation)
    {
        var named = await ContextAsync(call, source, cancellation).ConfigureAwait(false);
        if (!named.IsSuccess) return Passed<Context, BatchOutcome>(named);
        var context = named.Value!;
        var endpoint = SourceEndpoint.Of(source);
        var target = new TargetText("/entityOperations");
        target.Segment(kind switch
        {
            BatchKind.Create => "create",
            BatchKind.UpsertReplace or BatchKind.UpsertUpdate => "upsert",
            BatchKind.Update or BatchKind.UpdateNoOverwrite => "update",
            BatchKind.Merge => "merge",
            _ => "delete",
        });
        if (kind == BatchKind.UpsertUpdate) target.Add("options", "update");
        if (kind == BatchKind.UpdateNoOverwrite) target.Add("options", "noOverwrite");
        Merging(ref target, endpoint, options);
        target.Local(endpoint);

        var output = new ArrayBufferWriter<byte>();
        if (kind == BatchKind.Delete) WriteIds(items, output);
        else RecordWriter.WriteAll(items, SourceCall.Form(source, context, options.Simplified), output);
        var asked = new SourceCall(call, source, context, HttpMethod.Post, target.ToString(), output.WrittenMemory);
        var reply = await AskAsync(asked, cancellation).ConfigureAwait(false);
        if (Problem<BatchOutcome>(asked, reply) is { } problem)
        {
            return kind == BatchKind.Create && problem is { Status: 409, Error: null } ? problem with { Error = NgsiLdErrorKind.AlreadyExists } : problem;
        }

        var read = WriteAnswers.Batch(reply, kind, items);
        return Told(asked, reply, read.TryGet(out var outcome, out var error) ? Answer(outcome, null) : Answer<BatchOutcome>(null, error));
    }

    public async ValueTask<SourceAnswer<SourceWritten>> PurgeAsync(
        Call call, ContextSource source, EntityQuery query, PurgeExtent extent, CancellationToken cancellation)
    {
        var named = await ContextAsync(call, source, cancellation).ConfigureAwait(false);
        if (!named.IsSuccess) return Passed<Context, SourceWritten>(named);
        if (!QueryText.FitsParameters(query)) return new(SourceOutcome.Refused, null, "a purge cannot say which Entities are meant");
        var context = named.Value!;
        var target = new TargetText(Entities);
        QueryText.AddTo(ref target, query, extent.IsWhole ? query.AttributeNames : [], [], context);
        if (!extent.IsWhole) target.Add(extent.IsKept ? "keep" : "drop", QueryText.Names([.. extent.Names], context));
        target.Local(SourceEndpoint.Of(source));
        var asked = new SourceCall(call, source, context, HttpMethod.Delete, target.ToString());
        return await WrittenAsync(asked, cancellation).ConfigureAwait(false);
    }

    private async ValueTask<SourceAnswer<SourceWritten>> WrittenAsync(SourceCall asked, CancellationToken cancellation)
    {
        var reply = await AskAsync(asked, cancellation).ConfigureAwait(false);
        if (Problem<SourceWritten>(asked, reply) is { } problem) return problem;
        var read = WriteAnswers.One(reply, asked.Context);
        return Told(asked, reply, read.TryGet(out var written, out var error) ? Answer(written, null) : Answer<SourceWritten>(null, error));
    }

    private static HttpMethod Method(SourceWriteKind kind) => kind switch
    {
        SourceWriteKind.Create or SourceWriteKind.Append => HttpMethod.Post,
        SourceWriteKind.Replace or SourceWriteKind.ReplaceAttribute => HttpMethod.Put,
        SourceWriteKind.Delete or SourceWriteKind.DeleteAttribute => HttpMethod.Delete,
        _ => HttpMethod.Patch,
    };

    private static string Target(ContextSource source, SourceWrite write, Context context)
    {
        var endpoint = SourceEndpoint.Of(source);
        var target = new TargetText(Entities);
        if (write.Kind != SourceWriteKind.Create) target.Segment(write.EntityId);
        if (write.AttributeName is not null || write.Kind is SourceWriteKind.Append or SourceWriteKind.Update) target.Path("/attrs");
        if (write.AttributeName is { } name) target.Segment(context.Compact(name));
        if (write.Guard.Type is { } type) target.Add("type", QueryText.Types(type, context));
        if (write is { Kind: SourceWriteKind.Append, NoOverwrite: true }) target.Add("options", "noOverwrite");
        if (write.Kind == SourceWriteKind.Merge) Merging(ref target, endpoint, write.Merge);
        if (write.Kind == SourceWriteKind.DeleteAttribute)
        {
            target.Add("datasetId", write.All ? null : write.DatasetId);
            if (write.All) target.Add("deleteAll", "true");
        }

        target.Local(endpoint);
        return target.ToString();
    }

    // What a merge means depends on what is there, and so on the source (5.6.17).
    private static void Merging(ref TargetText target, SourceEndpoint endpoint, MergeOptions options)
    {
        if (options.Simplified)
        {
            var isOld = endpoint.Version is { } version && version.CompareTo(KnowsFormat) < 0;
            target.Add(isOld ? "options" : "format", isOld ? "keyValues" : "simplified");
        }

        target.Add("lang", options.Language);
        target.Add("observedAt", options.ObservedAt?.Text);
    }

    private static ReadOnlyMemory<byte> Body(ContextSource source, SourceWrite write, Context context)
    {
        if (write.Kind is SourceWriteKind.Delete or SourceWriteKind.DeleteAttribute) return default;
        var output = new ArrayBufferWriter<byte>();
        var form = SourceCall.Form(source, context, write.Kind == SourceWriteKind.Merge && write.Merge.Simplified);
        if (write.AttributeName is not null) RecordWriter.WriteAttribute(write.Instances, form, output);
        else RecordWriter.Write(write.Entity ?? throw new ArgumentException($"a {write.Kind} has no Entity", nameof(write)), form, output);
        return output.WrittenMemory;
    }

    private static void WriteIds(ImmutableArray<Entity> items, IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output);
        json.WriteStartArray();
        foreach (var item in items) json.WriteStringValue(item.Id);
        json.WriteEndArray();
    }
}
