using System.Collections.Immutable;
using SmartCity.Broker.Contexts;
using SmartCity.Broker.Registrations;
using SmartCity.Broker.Snapshots;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Json;

namespace SmartCity.Broker.Host.Http;

/// <summary>From a request to its <see cref="Call"/>: tenant, @context, local, Via (ETSI GS CIM 009 6.3.5, 6.3.14, 6.3.18).</summary>
/// <param name="contexts">Finds contexts.</param>
/// <param name="own">Hosts those that have no URL.</param>
/// <param name="registry">Tells whether anybody could want to know the headers of a request.</param>
/// <param name="snapshots">Finds what a Snapshot holds.</param>
/// <param name="passed">Which headers sources may be told.</param>
/// <param name="address">Where this broker is.</param>
/// <param name="limits">How much a request may have of what.</param>
internal sealed class CallBinder(
    IContextResolver contexts, IContextOperations own, IContextRegistry registry, ISnapshotSpaces snapshots, PassedHeaders passed, PublicAddress address,
    Limits limits)
{
    private readonly Call _plain = new() { Context = Context.Core };
    private readonly EntityReaderOptions _reading = new() { MaxDepth = limits.JsonDepth };

    /// <summary>GET and DELETE: the @context is that of the Link header, or the default one.</summary>
    public ValueTask<Bound<Call>> BindAsync(Exchange exchange, bool local)
    {
        var found = LinkHeader.FindContext(exchange.Http.Request.Headers.Link);
        if (!found.TryGet(out var uri, out var error)) return new(error);
        return uri is null
            ? new(Bind(exchange, Context.Core, local))
            : ResolveAsync(exchange, ContextReference.Link(uri), local);
    }

    /// <summary>
    /// POST, PATCH and PUT of one JSON-LD document: from application/json the @context is in the Link header, from
    /// application/ld+json in the body, and never both.
    /// </summary>
    /// <param name="exchange">The request.</param>
    /// <param name="local">Only what this broker keeps itself.</param>
    /// <param name="mergePatch">Whether application/merge-patch+json stands for application/json: always with PATCH.</param>
    public async ValueTask<Bound<Document>> BindDocumentAsync(Exchange exchange, bool local, bool mergePatch = false)
    {
        if (!(await ReadAsync(exchange, mergePatch)).TryGet(out var sent, out var refusal)) return refusal;
        if (!Mentions(sent.Body) && sent.Link is null && sent.Type == MediaType.Json)
        {
            return Bind(exchange, Context.Core, local).TryGet(out var plain, out refusal) ? new Document(plain, sent.Body) : refusal;
        }

        if (!FindInBody(sent.Body).TryGet(out var inBody, out var error)) return error;
        if (!Reference(sent, inBody).TryGet(out var reference, out error)) return error;
        return (await ResolveAsync(exchange, reference, local)).TryGet(out var call, out refusal)
            ? new Document(call, sent.Body)
            : refusal;
    }

    /// <summary>
    /// POST of an array whose elements may each bring an @context of their own: the call has that of the Link header.
    /// </summary>
    public async ValueTask<Bound<Batch>> BindBatchAsync(Exchange exchange, bool local)
    {
        if (!(await ReadAsync(exchange)).TryGet(out var sent, out var refusal)) return refusal;
        if (!EntityReader.SplitArray(sent.Body, _reading).TryGet(out var items, out var error)) return error;
        if (items.Length > limits.BatchItems)
        {
            return NgsiLdError.BadRequestData($"the batch has {items.Length} elements, which is more than {limits.BatchItems}");
        }

        if (sent.Link is not null && sent.Type == MediaType.LdJson) return LinkWithBody;
        var reference = sent.Link is null ? ContextReference.Default : ContextReference.Link(sent.Link);
        return (await ResolveAsync(exchange, reference, local)).TryGet(out var call, out refusal)
            ? new Batch(call, items, sent.Type, Mentions(sent.Body))
            : refusal;
    }

    /// <summary>The @context of one element of a batch.</summary>
    public async ValueTask<Result<Context>> ContextOfAsync(Batch batch, ReadOnlyMemory<byte> item)
    {
        if (!batch.MentionsContext && batch.Type == MediaType.Json) return batch.Call.Context;
        if (!FindInBody(item).TryGet(out var inBody, out var error)) return error;
        if (!Reference(new(batch.Type, null, item), inBody).TryGet(out var reference, out error)) return error;
        return reference.IsDefault ? batch.Call.Context : await contexts.ResolveAsync(reference, CancellationToken.None);
    }

    /// <summary>
    /// The call with an @context that a Link header can name: one that came inside the body is served by the broker from now on
    /// (ETSI GS CIM 009 5.13.1, 6.3.6).
    /// </summary>
    /// <param name="exchange">The request.</param>
    /// <param name="call">What it says.</param>
    /// <param name="isNeeded">Whether a subscription refers to it.</param>
    public async ValueTask<Result<Call>> NameContextAsync(Exchange exchange, Call call, bool isNeeded = false)
    {
        if (call.Context.Uri is not null) return call;
        var root = address.Of(exchange.Http.Request);
        var named = await own.NameAsync(SnapshotSpace.TenantOf(call.Tenant), call.Context, root, isNeeded, CancellationToken.None);
        return named.Map(context => call with { Context = context });
    }

    /// <summary>The call for what is done after the request is answered.</summary>
    public Call Lasting(Exchange exchange, Call call) => call.Header is null ? call : call with { Header = passed.Kept(exchange.Http) };

    /// <summary>What concerns no names: a Link header to an @context means nothing, and is not followed.</summary>
    public Bound<Call> BindWithoutContext(Exchange exchange) => Bind(exchange, Context.Core, local: false);

    /// <summary>POST of an @context itself, in either type (ETSI GS CIM 009 5.13.2.3).</summary>
    public async ValueTask<Bound<ContextUpload>> BindContextAsync(Exchange exchange)
    {
        if (!BindWithoutContext(exchange).TryGet(out var call, out var refusal)) return refusal;
        if (!(await ReadAsync(exchange)).TryGet(out var sent, out refusal)) return refusal;
        return sent.Link is not null && sent.Type == MediaType.LdJson ? LinkWithBody : new ContextUpload(call.Tenant, sent.Body);
    }

    private static NgsiLdError LinkWithBody { get; } =
        NgsiLdError.BadRequestData("a Link header names an @context, which application/ld+json has in its body");

    private static bool Mentions(ReadOnlyMemory<byte> body) => body.Span.IndexOf("\"@context\""u8) >= 0;

    private async ValueTask<Bound<Sent>> ReadAsync(Exchange exchange, bool mergePatch = false)
    {
        var request = exchange.Http.Request;
        if (!ContentNegotiation.Sent(request.ContentType, mergePatch || request.Method == "PATCH").TryGet(out var type, out var refusal)) return refusal;
        if (!LinkHeader.FindContext(request.Headers.Link).TryGet(out var link, out var error)) return error;
        return (await exchange.ReadBodyAsync(limits.BodyBytes)).TryGet(out var body, out refusal) ? new Sent(type, link, body) : refusal;
    }

    private static Result<ContextReference> Reference(Sent sent, ReadOnlyMemory<byte> inBody)
    {
        if (sent.Type == MediaType.LdJson)
        {
            if (sent.Link is not null) return LinkWithBody;
            if (inBody.IsEmpty) return NgsiLdError.BadRequestData("the body has no @context, which application/ld+json requires");
            return ContextReference.Inline(inBody);
        }

        if (!inBody.IsEmpty) return NgsiLdError.BadRequestData("the body has an @context, which only application/ld+json allows");
        return sent.Link is null ? ContextReference.Default : ContextReference.Link(sent.Link);
    }

    // Several instances of an Attribute come as an array: then the first one speaks for all.
    private Result<ReadOnlyMemory<byte>> FindInBody(ReadOnlyMemory<byte> body)
    {
        if (body.Span.TrimStart(" \t\r\n"u8) is not [(byte)'[', ..]) return EntityReader.FindContext(body, _reading);
        return EntityReader.SplitArray(body, _reading).TryGet(out var items, out var error)
            ? EntityReader.FindContext(items[0], _reading)
            : error;
    }

    private async ValueTask<Bound<Call>> ResolveAsync(Exchange exchange, ContextReference reference, bool local)
    {
        if (reference.IsDefault) return Bind(exchange, Context.Core, local);
        return (await contexts.ResolveAsync(reference, CancellationToken.None)).TryGet(out var context, out var error)
            ? Bind(exchange, context, local)
            : error;
    }

    private Bound<Call> Bind(Exchange exchange, Context context, bool local)
    {
        if (exchange.Tenant is not { } tenant)
        {
            return NgsiLdError.BadRequestData(
                $"the header {Tenants.Header} is not a tenant's name: up to {Tenants.MaxLength} letters, digits and -._~:");
        }

        var via = Via(exchange.Http.Request.Headers.Via);
        if (exchange.Snapshot is { } snapshot)
        {
            // Whatever the request says, it is local (ETSI GS CIM 009 5.5.15).
            return snapshots.Use(tenant, snapshot).TryGet(out var space, out var error)
                ? new Call { Tenant = space, Snapshot = snapshot, Context = context, Local = true, Via = via }
                : error;
        }

        var isForwarded = !local && registry.HasAny(tenant);
        if (tenant.Length == 0 && !local && !isForwarded && via.IsEmpty && ReferenceEquals(context, Context.Core)) return _plain;
        return new Call { Tenant = tenant, Context = context, Local = local, Via = via, Header = isForwarded ? passed.Of(exchange.Http) : null };
    }

    /// <summary>The call with the request's own headers, though it is not forwarded.</summary>
    public static Call WithHeaders(Exchange exchange, Call call) => call with { Header = PassedHeaders.All(exchange.Http) };

    // Via: 1.1 alias, 1.1 other (comment): the word after the protocol is whom the request passed (RFC 9110 7.6.3).
    private static ImmutableArray<string> Via(Microsoft.Extensions.Primitives.StringValues headers)
    {
        if (headers.Count == 0) return [];
        var passed = ImmutableArray.CreateBuilder<string>();
        foreach (var entry in headers.ToString().Split(',', StringSplitOptions.TrimEntries))
        {
            if (entry.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var alias, ..]) passed.Add(alias);
        }

        return passed.ToImmutable();
    }

    private readonly record struct Sent(MediaType Type, string? Link, ReadOnlyMemory<byte> Body);
}

/// <summary>A body with the call that says how to read it.</summary>
internal readonly record struct Document(Call Call, ReadOnlyMemory<byte> Body);

/// <summary>A JSON document with an @context that is to be hosted.</summary>
internal readonly record struct ContextUpload(string Tenant, ReadOnlyMemory<byte> Body);

/// <summary>The elements of a body that is an array.</summary>
/// <param name="Call">Has the @context for elements that bring none.</param>
/// <param name="Items">Each element as it was sent.</param>
/// <param name="Type">Whether elements may, or must, bring an @context.</param>
/// <param name="MentionsContext">Whether some element may bring one.</param>
internal sealed record Batch(Call Call, ImmutableArray<ReadOnlyMemory<byte>> Items, MediaType Type, bool MentionsContext);
