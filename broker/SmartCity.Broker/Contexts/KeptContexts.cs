using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;

namespace SmartCity.Broker.Contexts;

/// <summary>
/// The contexts that the broker serves: all in memory, all in the store. Their URLs are known by their ids alone, whatever name the
/// broker is reached by: an id is random, or the digest of what it stands for, so that nobody else's can be the same.
/// </summary>
public sealed class KeptContexts(IContextStore store, Limits limits, TimeProvider clock)
{
    /// <summary>What stands before the id in their URLs (ETSI GS CIM 009 6.30.2).</summary>
    public const string Path = "/ngsi-ld/v1/jsonldContexts/";

    private const string IdPrefix = "urn:ngsi-ld:Context:";

    private readonly ConcurrentDictionary<string, KeptContext> _byId = new(StringComparer.Ordinal);

    // Additions are rare, and each counts those before it.
    private readonly SemaphoreSlim _writing = new(1);

    internal IEnumerable<KeptContext> All => _byId.Values;

    /// <summary>Reads the store. Called once, before anything is resolved.</summary>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        foreach (var stored in await store.LoadAsync(cancellation)) Put(stored);
    }

    internal KeptContext? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>Null where the URL is none of theirs.</summary>
    internal KeptContext? FindByUrl(string url)
    {
        var start = url.IndexOf(Path, StringComparison.Ordinal);
        return start < 0 ? null : Find(Uri.UnescapeDataString(url[(start + Path.Length)..].TrimEnd('/')));
    }

    /// <summary>Hosts an @context under a new id (ETSI GS CIM 009 5.13.2).</summary>
    internal Task<Result<KeptContext>> HostAsync(string tenant, ReadOnlyMemory<byte> json, CancellationToken cancellation) =>
        AddAsync(new(IdPrefix + Guid.NewGuid(), tenant, ContextKind.Hosted, false, clock.GetUtcNow(), json.ToArray()), cancellation);

    /// <summary>One for what came inside a body; the same one for the same tenant and bytes.</summary>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="json">The value of the <c>@context</c> member.</param>
    /// <param name="isNeeded">Whether a subscription refers to it from now on.</param>
    /// <param name="cancellation">Stops waiting.</param>
    internal Task<Result<KeptContext>> MakeAsync(string tenant, ReadOnlySpan<byte> json, bool isNeeded, CancellationToken cancellation)
    {
        var id = IdPrefix + Digest(Encoding.UTF8.GetBytes(tenant + '\n'), json);
        return Find(id) is { } known && (known.Stored.IsNeeded || !isNeeded)
            ? Task.FromResult<Result<KeptContext>>(known)
            : AddAsync(new(id, tenant, ContextKind.ImplicitlyCreated, isNeeded, clock.GetUtcNow(), json.ToArray()), cancellation);
    }

    internal async Task DeleteAsync(string id, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation);
        try
        {
            await store.DeleteAsync(id, cancellation);
            _byId.TryRemove(id, out _);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>The local id of what is cached: a URI that tells nothing but follows from the URL.</summary>
    internal static string IdOf(string url) => IdPrefix + Digest(Encoding.UTF8.GetBytes(url), []);

    private static string Digest(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(first);
        hash.AppendData(second);
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 20));
    }

    private async Task<Result<KeptContext>> AddAsync(StoredContext context, CancellationToken cancellation)
    {
        if (context.Json.Length > limits.ContextBytes)
        {
            return NgsiLdError.BadRequestData($"the @context has {context.Json.Length} bytes, which is more than {limits.ContextBytes}");
        }

        await _writing.WaitAsync(cancellation);
        try
        {
            if (!_byId.ContainsKey(context.Id) && await MakeRoomAsync(context, cancellation) is { } full) return full;
            await store.SaveAsync(context, cancellation);
            return Put(context);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>What the broker made for the sake of one answer goes first; what clients host, or subscribe with, they delete.</summary>
    private async Task<NgsiLdError?> MakeRoomAsync(StoredContext context, CancellationToken cancellation)
    {
        var others = _byId.Values.Where(kept => kept.Stored.Tenant == context.Tenant && kept.Stored.Kind == context.Kind).ToList();
        var bytes = others.Sum(kept => (long)kept.Stored.Json.Length) + context.Json.Length;
        foreach (var oldest in others.Where(IsDispensable).OrderBy(kept => kept.Touched))
        {
            if (others.Count < limits.HostedContexts && bytes <= limits.HostedContextBytes) return null;
            await store.DeleteAsync(oldest.Id, cancellation);
            _byId.TryRemove(oldest.Id, out _);
            others.Remove(oldest);
            bytes -= oldest.Stored.Json.Length;
        }

        return others.Count < limits.HostedContexts && bytes <= limits.HostedContextBytes
            ? null
            : NgsiLdError.BadRequestData(
                $"{others.Count} contexts of the kind {context.Kind} are stored for the tenant; no more than {limits.HostedContexts} of "
                + $"{limits.HostedContextBytes} bytes together are: delete some of them");
    }

    private static bool IsDispensable(KeptContext kept) => kept.Stored is { Kind: ContextKind.ImplicitlyCreated, IsNeeded: false };

    private KeptContext Put(StoredContext stored)
    {
        var kept = new KeptContext(stored, Find(stored.Id)?.Source ?? new ContextSource(stored.Id));
        _byId[stored.Id] = kept;
        return kept;
    }
}
