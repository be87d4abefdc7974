using System.Collections.Concurrent;
using SmartCity.Broker.Outbound;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;

namespace SmartCity.Broker.Contexts;

/// <summary>
/// Resolves contexts from what is built in, preloaded, served by the broker itself, cached, or fetched (ETSI GS CIM 009 5.5.5,
/// 6.3.5, 6.3.16). A URL is fetched once at a time, however many ask for it, and no lock is held while it is.
/// </summary>
public sealed class ContextResolver : IContextResolver, IDisposable
{
    // A server that fails does not take down whoever has its @context already; it is asked again after this time.
    private static readonly TimeSpan StaleUse = TimeSpan.FromMinutes(1);

    // A term costs some two hundred bytes with both its directions.
    private const int TermsPerContext = 1000;

    private readonly PreloadedContexts _preloaded;
    private readonly KeptContexts _kept;
    private readonly Limits _limits;
    private readonly TimeProvider _clock;
    private readonly ContextFetcher _fetcher;
    private readonly ConcurrentDictionary<string, Task<Result<LoadedContext>>> _fetching = new(StringComparer.Ordinal);
    private readonly FreshCache<string, CachedDocument> _documents;
    private readonly FreshCache<string, CompiledContext> _byUri;
    private readonly FreshCache<ReadOnlyMemory<byte>, CompiledContext> _byJson;
    private int _forgotten;

    public ContextResolver(PreloadedContexts preloaded, KeptContexts kept, OutboundGate gate, Limits limits, TimeProvider clock)
    {
        _preloaded = preloaded;
        _kept = kept;
        _limits = limits;
        _clock = clock;
        _fetcher = new ContextFetcher(gate, limits, clock);
        var terms = (long)limits.CachedContexts * TermsPerContext;
        _documents = new(limits.CachedContexts, terms, StringComparer.Ordinal);
        _byUri = new(limits.CachedContexts, terms, StringComparer.Ordinal);
        _byJson = new(limits.CachedContexts, terms, JsonBytes.Comparer);
    }

    public ValueTask<Result<Context>> ResolveAsync(ContextReference reference, CancellationToken cancellation)
    {
        if (reference.IsDefault) return new(Context.Core);
        var now = _clock.GetUtcNow();
        if (reference.Uri is { } uri)
        {
            if (CoreContext.Is(uri)) return new(Context.Core);
            return _byUri.TryGet(uri, now, out var known) ? new(known.Hit(now)) : new(ResolveUriAsync(uri, cancellation));
        }

        return _byJson.TryGet(reference.Json, now, out var cached) ? new(cached.Hit(now)) : new(ResolveJsonAsync(reference.Json, cancellation));
    }

    public void Dispose() => _fetcher.Dispose();

    /// <summary>What was fetched and is still fresh.</summary>
    internal IEnumerable<(CachedDocument Cached, DateTimeOffset FreshUntil)> Cached =>
        _documents.Fresh(_clock.GetUtcNow()).Select(entry => (entry.Value, entry.FreshUntil));

    /// <summary>Drops what was compiled from a document, and the document where it was fetched.</summary>
    /// <param name="key">Of the document's <see cref="ContextSource"/>.</param>
    internal void Forget(string key)
    {
        _documents.Remove(key);
        ForgetCompiled(key);
    }

    /// <summary>Fetches a document again; where that fails, or it is no @context, everything stays as it is (ETSI GS CIM 009 5.13.5.4).</summary>
    internal async Task<NgsiLdError?> ReloadAsync(string uri, CancellationToken cancellation)
    {
        var now = _clock.GetUtcNow();
        if (!(await _fetcher.FetchAsync(uri).WaitAsync(cancellation)).TryGet(out var fetched, out var error)) return NotAvailable(error);
        var source = SourceOf(uri);
        var loaded = new LoadedContext(fetched.Document, fetched.FreshUntil, source);
        var gathering = new ContextGathering(
            (other, stop) => other == uri ? new(loaded) : LoadAsync(other, stop), _limits.ContextDepth);
        var parts = await gathering.GatherAsync([new RemoteContext(uri)], cancellation);
        if (!parts.Then(all => ContextCompiler.Compile(all, uri)).TryGet(out _, out error)) return NotAvailable(error);
        Cache(uri, loaded, now);
        ForgetCompiled(uri);
        return null;

        static NgsiLdError NotAvailable(NgsiLdError why) => why with { Kind = NgsiLdErrorKind.LdContextNotAvailable };
    }

    // Whatever is being compiled from it meanwhile sees that it has been forgotten, see Keep.
    private void ForgetCompiled(string key)
    {
        Interlocked.Increment(ref _forgotten);
        _byUri.RemoveWhere(compiled => compiled.IsMadeOf(key));
        _byJson.RemoveWhere(compiled => compiled.IsMadeOf(key));
    }

    private async Task<Result<Context>> ResolveUriAsync(string uri, CancellationToken cancellation)
    {
        var forgotten = Volatile.Read(ref _forgotten);
        var gathering = new ContextGathering(LoadAsync, _limits.ContextDepth);
        var parts = await gathering.GatherAsync([new RemoteContext(uri)], cancellation);
        if (!parts.TryGet(out var all, out var error)) return error;
        return ContextCompiler.Compile(all, uri).Map(context =>
        {
            _byUri.Set(uri, new(context, gathering.Sources), context.Bulk + 1, gathering.FreshUntil, _clock.GetUtcNow());
            if (forgotten != Volatile.Read(ref _forgotten)) _byUri.Remove(uri);
            return context;
        });
    }

    private async Task<Result<Context>> ResolveJsonAsync(ReadOnlyMemory<byte> json, CancellationToken cancellation)
    {
        // The body that the JSON is part of may be gone before the cache is.
        json = json.ToArray();
        var forgotten = Volatile.Read(ref _forgotten);
        if (!ContextDocument.Parse(json).TryGet(out var document, out var error)) return error;
        var parts = document.Parts.RemoveAll(part => part is RemoteContext remote && CoreContext.Is(remote.Uri));
        if (parts.IsEmpty) return Keep(json, new(Context.Core, []), DateTimeOffset.MaxValue, forgotten);
        // A single URL is that URL, however it was written: answers can name it in a Link header.
        if (parts is [RemoteContext only])
        {
            if (!(await ResolveAsync(ContextReference.Link(only.Uri), cancellation)).TryGet(out var named, out error)) return error;
            return _byUri.TryGet(only.Uri, _clock.GetUtcNow(), out var known, out var freshUntil) ? Keep(json, known, freshUntil, forgotten) : named;
        }

        var gathering = new ContextGathering(LoadAsync, _limits.ContextDepth);
        if (!(await gathering.GatherAsync(parts, cancellation)).TryGet(out var all, out error)) return error;
        return ContextCompiler.Compile(all, json)
            .Map(context => Keep(json, new(context, gathering.Sources), gathering.FreshUntil, forgotten));
    }

    private Context Keep(ReadOnlyMemory<byte> json, CompiledContext compiled, DateTimeOffset freshUntil, int forgotten)
    {
        const int BytesPerTerm = 100;
        var own = compiled.Context.Uri is null ? compiled.Context.Bulk : 0;
        _byJson.Set(json, compiled, own + (json.Length / BytesPerTerm) + 1, freshUntil, _clock.GetUtcNow());
        if (forgotten != Volatile.Read(ref _forgotten)) _byJson.Remove(json);
        return compiled.Context;
    }

    private async ValueTask<Result<LoadedContext>> LoadAsync(string uri, CancellationToken cancellation)
    {
        var now = _clock.GetUtcNow();
        if (_preloaded.Find(uri) is { } preloaded) return Found(preloaded, now);
        if (_kept.FindByUrl(uri) is { } kept)
        {
            return ContextDocument.Parse(kept.Stored.Json)
                .Map(own => Found(new(own, DateTimeOffset.MaxValue, kept.Source), now));
        }

        if (_documents.TryGet(uri, now, out var cached, out var freshUntil)) return Found(new(cached.Document, freshUntil, cached.Source), now);
        // Those who wait may give up; the fetch goes on for the others.
        return await Fetching(uri).WaitAsync(cancellation);
    }

    private static LoadedContext Found(LoadedContext loaded, DateTimeOffset now)
    {
        loaded.Source.Hit(now);
        return loaded;
    }

    private Task<Result<LoadedContext>> Fetching(string uri)
    {
        var mine = new TaskCompletionSource<Result<LoadedContext>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var shared = _fetching.GetOrAdd(uri, mine.Task);
        if (shared == mine.Task) _ = FetchAsync(uri, mine);
        return shared;
    }

    private async Task FetchAsync(string uri, TaskCompletionSource<Result<LoadedContext>> waiting)
    {
        try
        {
            var source = SourceOf(uri);
            var fetched = await _fetcher.FetchAsync(uri);
            var now = _clock.GetUtcNow();
            if (!fetched.IsSuccess && _documents.TryGetStale(uri, out var stale))
            {
                fetched = new FetchedContext(stale.Document, now + StaleUse);
            }

            var loaded = fetched.Map(found => new LoadedContext(found.Document, found.FreshUntil, source));
            if (loaded.TryGet(out var document, out _)) Cache(uri, document, now);
            source.Missed(now);
            _fetching.TryRemove(uri, out _);
            waiting.SetResult(loaded);
        }
        catch (Exception bug)
        {
            _fetching.TryRemove(uri, out _);
            waiting.SetException(bug);
        }
    }

    private void Cache(string uri, LoadedContext loaded, DateTimeOffset now)
    {
        var stays = _documents.TryGetStale(uri, out var old) && old.Document == loaded.Document;
        var cached = new CachedDocument(loaded.Document, stays ? old!.CreatedAt : now, loaded.Source);
        _documents.Set(uri, cached, loaded.Document.Bulk + 1, loaded.FreshUntil, now);
    }

    private ContextSource SourceOf(string uri) => _documents.TryGetStale(uri, out var known) ? known.Source : new ContextSource(uri);
}
