using System.Collections.Immutable;
using SmartCity.Broker.Contexts;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;

namespace SmartCity.Broker.Federation.Http;

/// <summary>
/// Reads Entities from answers of sources (ETSI GS CIM 009 6.3.17): what is no valid Entity in any form of 4.5 makes an answer invalid, and
/// what has expired is passed over.
/// </summary>
internal sealed class EntityAnswers(IContextResolver contexts, Limits limits, TimeProvider clock)
{
    private readonly EntityReaderOptions _reading = new() { MaxDepth = limits.JsonDepth };

    /// <summary>The Entity; null where it has expired, or where the source gives an array of none.</summary>
    public async ValueTask<Result<Entity?>> OneAsync(SourceReply reply, string id, Context asked, CancellationToken cancellation)
    {
        var body = reply.Body;
        // IoT Agents answer with an array of one.
        if (First(body) == '[')
        {
            if (!Split(body).TryGet(out var items, out var error)) return error;
            if (items.IsEmpty) return (Entity?)null;
            if (items.Length > 1) return NgsiLdError.BadRequestData("there are several Entities.");
            body = items[0];
        }

        var named = await ContextAsync(reply, body, asked, cancellation).ConfigureAwait(false);
        if (!named.TryGet(out var context, out var wrong)) return wrong;
        if (!EntityReader.Read(body, context, EntityInput.Received, _reading).TryGet(out var entity, out wrong)) return wrong;
        return entity.Id == id ? entity.At(clock.GetUtcNow().UtcTicks) : NgsiLdError.BadRequestData("it is another Entity than was asked for.");
    }

    /// <summary>The Entities that have not expired, and how many there were.</summary>
    public async ValueTask<Result<(ImmutableArray<Entity> Entities, int Given)>> AllAsync(SourceReply reply, Context asked, CancellationToken cancellation)
    {
        if (!Split(reply.Body).TryGet(out var items, out var error)) return error;
        var now = clock.GetUtcNow().UtcTicks;
        var entities = ImmutableArray.CreateBuilder<Entity>(items.Length);
        foreach (var item in items)
        {
            var named = await ContextAsync(reply, item, asked, cancellation).ConfigureAwait(false);
            if (!named.TryGet(out var context, out error)) return error;
            if (!EntityReader.Read(item, context, EntityInput.Received, _reading).TryGet(out var entity, out error)) return error;
            if (entity.At(now) is { } lasting) entities.Add(lasting);
        }

        return (entities.DrainToImmutable(), items.Length);
    }

    /// <summary>
    /// The @context of an answer: the one in its body, or the one that its Link header names, or the one in which it was asked (ETSI GS CIM
    /// 009 6.3.5, 6.3.6).
    /// </summary>
    /// <param name="reply">Has the Link header.</param>
    /// <param name="json">The body, or the part of it that is read.</param>
    /// <param name="asked">In which the question was.</param>
    /// <param name="cancellation">Stops waiting for one that is fetched.</param>
    public async ValueTask<Result<Context>> ContextAsync(
        SourceReply reply, ReadOnlyMemory<byte> json, Context asked, CancellationToken cancellation)
    {
        if (json.Span.IndexOf("\"@context\""u8) >= 0)
        {
            // What is an array is told in one @context: that of its first element.
            if (First(json) == '[' && Split(json).TryGet(out var items, out _) && items is [var first, ..]) json = first;
            if (!EntityReader.FindContext(json, _reading).TryGet(out var inBody, out var error)) return error;
            if (!inBody.IsEmpty) return await contexts.ResolveAsync(ContextReference.Inline(inBody), cancellation).ConfigureAwait(false);
        }

        if (LinkedContext(reply.Link, asked) is not { } uri) return asked;
        return await contexts.ResolveAsync(ContextReference.Link(uri), cancellation).ConfigureAwait(false);
    }

    // Null where it is the one that was asked in, or there is none.
    private static string? LinkedContext(string? header, Context asked)
    {
        if (header is null || header == ContextLink.Of(asked)) return null;
        var links = new LinkValues(header);
        while (links.MoveNext())
        {
            if (!links.IsOf(ContextLink.Relation) || !Iri.IsAbsolute(links.Target)) continue;
            return links.Target.SequenceEqual(asked.Uri) ? null : links.Target.ToString();
        }

        return null;
    }

    private Result<ImmutableArray<ReadOnlyMemory<byte>>> Split(ReadOnlyMemory<byte> body)
    {
        ImmutableArray<ReadOnlyMemory<byte>> none = [];
        return body.Span.Trim(" \t\r\n"u8) is [(byte)'[', .. var inside, (byte)']'] && inside.Trim(" \t\r\n"u8).IsEmpty
            ? none
            : EntityReader.SplitArray(body, _reading);
    }

    private static char First(ReadOnlyMemory<byte> json) => json.Span.TrimStart(" \t\r\n"u8) is [var first, ..] ? (char)first : '\0';
}
