using System.Collections.Immutable;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Json;

namespace SmartCity.Broker.Contexts;

/// <summary>The contexts of this broker: what it serves, what it has fetched, what the operator has given it.</summary>
public sealed class LocalContexts(KeptContexts kept, ContextResolver resolver, PreloadedContexts preloaded, Limits limits, TimeProvider clock)
    : IContextOperations
{
    private readonly DateTimeOffset _startedAt = clock.GetUtcNow();
    private readonly EntityReaderOptions _reading = new() { MaxDepth = limits.JsonDepth };

    public async ValueTask<Result<string>> AddAsync(string tenant, ReadOnlyMemory<byte> document, CancellationToken cancellation)
    {
        if (!EntityReader.FindContext(document, _reading).TryGet(out var json, out var error)) return error;
        if (json.IsEmpty) return NgsiLdError.BadRequestData("the body has no member @context");
        // Not resolved: what it refers to may come later, or be out of reach from here.
        if (!ContextDocument.Parse(json).Then(Check).TryGet(out _, out error)) return error;
        return (await kept.HostAsync(tenant, json, cancellation)).Map(added => added.Id);
    }

    public ImmutableArray<ContextDetails> List(string tenant, ContextKind? kind) =>
        [.. All(tenant).Where(details => kind is null || details.Kind == kind).OrderBy(details => details.CreatedAt).ThenBy(details => details.LocalId)];

    public Result<ContextDetails> Find(string tenant, string id) =>
        All(tenant).FirstOrDefault(details => details.LocalId == id || details.Url == id) is { } found ? found : NotFound(id);

    public Result<ReadOnlyMemory<byte>> Serve(string id)
    {
        if (kept.Find(id) is { } served)
        {
            served.Source.Hit(clock.GetUtcNow());
            return served.Stored.Json;
        }

        return FetchedOrPreloaded().Any(details => details.LocalId == id || details.Url == id)
            ? NgsiLdError.NotSupported($"the @context {id} is cached from elsewhere, and is not served here")
            : NotFound(id);
    }

    public async ValueTask<NgsiLdError?> DeleteAsync(string tenant, string id, CancellationToken cancellation)
    {
        if (!Find(tenant, id).TryGet(out var details, out var error)) return error;
        if (details.IsPreloaded) return Preloaded(id);
        if (details.Kind != ContextKind.Cached) await kept.DeleteAsync(details.LocalId, cancellation);
        resolver.Forget(details.Url ?? details.LocalId);
        return null;
    }

    public async ValueTask<NgsiLdError?> ReloadAsync(string tenant, string id, CancellationToken cancellation)
    {
        if (!Find(tenant, id).TryGet(out var details, out var error)) return error;
        if (details.IsPreloaded) return Preloaded(id);
        return details.Url is { } url
            ? await resolver.ReloadAsync(url, cancellation)
            : NgsiLdError.BadRequestData($"the @context {id} is {details.Kind}: only what is Cached can be reloaded");
    }

    public async ValueTask<Result<Context>> NameAsync(
        string tenant, Context context, string root, bool isNeeded, CancellationToken cancellation)
    {
        if (context.Uri is not null) return context;
        var made = await kept.MakeAsync(tenant, context.Json, isNeeded, cancellation);
        if (!made.TryGet(out var found, out var error)) return error;
        return await resolver.ResolveAsync(ContextReference.Link(root + KeptContexts.Path + found.Id), cancellation);
    }

    // Terms are compiled where all that they build on is at hand.
    private static Result<ContextDocument> Check(ContextDocument document) =>
        document.Parts.Any(part => part is RemoteContext)
            ? document
            : ContextCompiler.Compile(document.Parts, "urn:check").Map(_ => document);

    private IEnumerable<ContextDetails> All(string tenant) =>
        kept.All.Where(one => one.Stored.Tenant == tenant).Select(DetailsOf).Concat(FetchedOrPreloaded());

    private static ContextDetails DetailsOf(KeptContext one) => new()
    {
        LocalId = one.Id,
        Kind = one.Stored.Kind,
        CreatedAt = one.Stored.CreatedAt,
        LastUsage = one.Source.LastUsage,
        NumberOfHits = one.Source.Hits,
    };

    private IEnumerable<ContextDetails> FetchedOrPreloaded() =>
        resolver.Cached.Select(entry => CachedAs(entry.Cached.Document, entry.Cached.Source) with
        {
            CreatedAt = entry.Cached.CreatedAt,
            ExpiresAt = entry.FreshUntil,
        })
        .Concat(preloaded.All.Select(loaded => CachedAs(loaded.Document, loaded.Source) with { CreatedAt = _startedAt, IsPreloaded = true }));

    private static ContextDetails CachedAs(ContextDocument document, ContextSource source) => new()
    {
        LocalId = KeptContexts.IdOf(source.Key),
        Kind = ContextKind.Cached,
        Url = source.Key,
        LastUsage = source.LastUsage,
        NumberOfHits = source.Hits,
        TermCount = document.TermCount,
    };

    private static NgsiLdError NotFound(string id) => NgsiLdError.NotFound($"there is no @context {id}");

    private static NgsiLdError Preloaded(string id) =>
        NgsiLdError.BadRequestData($"the @context {id} comes from the operator's folder, and can only be changed there");
}
