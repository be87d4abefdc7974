using System.Collections.Concurrent;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;

namespace SmartCity.Broker.Contexts;

/// <summary>
/// Resolves contexts from what is built in, preloaded, cached, or fetched (ETSI GS CIM 009 5.5.5, 6.3.5, 6.3.16). A URL is
/// fetched once at a time, however many ask for it, and no lock is held while it is.
/// </summary>
public sealed class ContextResolver : IContextResolver, IDisposable
{
    // A server that fails does not take down whoever has its @context already; it is asked again after this time.
    private static readonly TimeSpan StaleUse = TimeSpan.FromMinutes(1);

    // A term costs some two hundred bytes with both its directions.
    private const int TermsPerContext = 1000;

    private readonly PreloadedContexts _preloaded;
    private readonly Limits _limits;
    private readonly TimeProvider _clock;
    private readonly ContextFetcher _fetcher;
    private readonly ConcurrentDictionary<string, Task<Result<FetchedContext>>> _fetching = new(StringComparer.Ordinal);
    private readonly FreshCache<string, ContextDocument> _documents;
    private readonly FreshCache<string, Context> _byUri;
    private readonly FreshCache<ReadOnlyMemory<byte>, Context> _byJson;

    public ContextResolver(PreloadedContexts preloaded, Limits limits, TimeProvider clock)
    {
        _preloaded = preloaded;
        _limits = limits;
        _clock = clock;
        _fetcher = new ContextFetcher(limits, clock);
        var terms = (long)limits.CachedContexts * TermsPerContext;
        _documents = new(limits.CachedContexts, terms, clock, StringComparer.Ordinal);
        _byUri = new(limits.CachedContexts, terms, clock, StringComparer.Ordinal);
        _byJson = new(limits.CachedContexts, terms, clock, JsonBytes.Comparer);
    }

    public ValueTask<Result<Context>> ResolveAsync(ContextReference reference, CancellationToken cancellation)
    {
        if (reference.IsDefault) return new(Context.Core);
        if (reference.Uri is { } uri)
        {
            if (CoreContext.Is(uri)) return new(Context.Core);
            return _byUri.TryGet(uri, out var known) ? new(known) : new(ResolveUriAsync(uri, cancellation));
        }

        return _byJson.TryGet(reference.Json, out var cached) ? new(cached) : new(ResolveJsonAsync(reference.Json, cancellation));
    }

    public void Dispose() => _fetcher.Dispose();

    private async Task<Result<Context>> ResolveUriAsync(string uri, CancellationToken cancellation)
    {
        var gathering = new ContextGathering(LoadAsync, _limits.ContextDepth);
        var parts = await gathering.GatherAsync([new RemoteContext(uri)], cancellation);
        if (!parts.TryGet(out var all, out var error)) return error;
        return ContextCompiler.Compile(all, uri).Map(context =>
        {
            _byUri.Set(uri, context, context.TermCount + 1, gathering.FreshUntil);
            return context;
        });
    }

    private async Task<Result<Context>> ResolveJsonAsync(ReadOnlyMemory<byte> json, CancellationToken cancellation)
    {
        // The body that the JSON is part of may be gone before the cache is.
        json = json.ToArray();
        if (!ContextDocument.Parse(json).TryGet(out var document, out var error)) return error;
        var parts = document.Parts.RemoveAll(part => part is RemoteContext remote && CoreContext.Is(remote.Uri));
        if (parts.IsEmpty) return Keep(json, Context.Core, DateTimeOffset.MaxValue);
        // A single URL is that URL, however it was written: answers can name it in a Link header.
        if (parts is [RemoteContext only])
        {
            if (!(await ResolveAsync(ContextReference.Link(only.Uri), cancellation)).TryGet(out var named, out error)) return error;
            return _byUri.TryGet(only.Uri, out _, out var freshUntil) ? Keep(json, named, freshUntil) : named;
        }

        var gathering = new ContextGathering(LoadAsync, _limits.ContextDepth);
        if (!(await gathering.GatherAsync(parts, cancellation)).TryGet(out var all, out error)) return error;
        return ContextCompiler.Compile(all, json).Map(context => Keep(json, context, gathering.FreshUntil));
    }

    private Context Keep(ReadOnlyMemory<byte> json, Context context, DateTimeOffset freshUntil)
    {
        const int BytesPerTerm = 100;
        var own = context.Uri is null ? context.TermCount : 0;
        _byJson.Set(json, context, own + (json.Length / BytesPerTerm) + 1, freshUntil);
        return context;
    }

    private async ValueTask<Result<FetchedContext>> LoadAsync(string uri, CancellationToken cancellation)
    {
        if (_preloaded.Find(uri) is { } preloaded) return new FetchedContext(preloaded, DateTimeOffset.MaxValue);
        if (_documents.TryGet(uri, out var document, out var freshUntil)) return new FetchedContext(document, freshUntil);
        // Those who wait may give up; the fetch goes on for the others.
        return await Fetching(uri).WaitAsync(cancellation);
    }

    private Task<Result<FetchedContext>> Fetching(string uri)
    {
        var mine = new TaskCompletionSource<Result<FetchedContext>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var shared = _fetching.GetOrAdd(uri, mine.Task);
        if (shared == mine.Task) _ = FetchAsync(uri, mine);
        return shared;
    }

    private async Task FetchAsync(string uri, TaskCompletionSource<Result<FetchedContext>> waiting)
    {
        try
        {
            var fetched = await _fetcher.FetchAsync(uri);
            if (!fetched.IsSuccess && _documents.TryGetStale(uri, out var stale))
            {
                fetched = new FetchedContext(stale, _clock.GetUtcNow() + StaleUse);
            }

            if (fetched.TryGet(out var found, out _)) _documents.Set(uri, found.Document, found.Document.TermCount, found.FreshUntil);
            _fetching.TryRemove(uri, out _);
            waiting.SetResult(fetched);
        }
        catch (Exception bug)
        {
            _fetching.TryRemove(uri, out _);
            waiting.SetException(bug);
        }
    }
}
