using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;

namespace SmartCity.Broker.Contexts;

/// <summary>Puts what references lead to in their place, to any depth but without circles (JSON-LD 1.1 API, 4.1.2, step 5.2).</summary>
/// <param name="load">Brings a document.</param>
/// <param name="limit">How many documents one @context may lead to.</param>
internal sealed class ContextGathering(
    Func<string, CancellationToken, ValueTask<Result<LoadedContext>>> load, int limit)
{
    private readonly List<ContextPart> _parts = [];
    private readonly List<string> _open = [];
    private readonly HashSet<ContextSource> _sources = [];
    private int _loaded;

    /// <summary>When the first of the documents ceases to be fresh.</summary>
    public DateTimeOffset FreshUntil { get; private set; } = DateTimeOffset.MaxValue;

    /// <summary>Every document on the way.</summary>
    public ContextSource[] Sources => [.. _sources];

    /// <summary>Local definitions only, in the order in which they take effect.</summary>
    public async Task<Result<IReadOnlyList<ContextPart>>> GatherAsync(IEnumerable<ContextPart> parts, CancellationToken cancellation) =>
        await AddAsync(parts, cancellation) is { } wrong ? wrong : _parts;

    private async Task<NgsiLdError?> AddAsync(IEnumerable<ContextPart> parts, CancellationToken cancellation)
    {
        foreach (var part in parts)
        {
            if (part is not RemoteContext remote) _parts.Add(part);
            // The core context always has the last word: where it is named does not matter (5.5.7).
            else if (!CoreContext.Is(remote.Uri) && await FollowAsync(remote.Uri, cancellation) is { } wrong) return wrong;
        }

        return null;
    }

    private async Task<NgsiLdError?> FollowAsync(string uri, CancellationToken cancellation)
    {
        if (_open.Contains(uri)) return NgsiLdError.BadRequestData($"The @context {uri} leads back to itself.");
        if (++_loaded > limit) return NgsiLdError.BadRequestData($"The @context leads to more than {limit} others.");
        if (!(await load(uri, cancellation)).TryGet(out var loaded, out var error)) return error;
        if (loaded.FreshUntil < FreshUntil) FreshUntil = loaded.FreshUntil;
        _sources.Add(loaded.Source);
        _open.Add(uri);
        var wrong = await AddAsync(loaded.Document.Parts, cancellation);
        _open.RemoveAt(_open.Count - 1);
        return wrong;
    }
}
