using System.Collections.Concurrent;
using System.Collections.Immutable;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Registrations;

/// <summary>
/// The registrations of all tenants, in memory: each tenant's are an immutable whole that is swapped when one changes. Whoever changes
/// them does so alone.
/// </summary>
/// <param name="identity">Who this broker is: a request that has passed it already goes to no source again, whatever the registrations say of aliases.</param>
/// <param name="clock">For what expires.</param>
public sealed class ContextRegistry(SourceIdentity identity, TimeProvider clock) : IContextRegistry
{
    private readonly ConcurrentDictionary<string, TenantSources> _tenants = new(StringComparer.Ordinal);
    private RegistryStamp _stamp = new();
    private TaskCompletionSource? _claiming;

    public bool HasAny(string tenant) => _tenants.TryGetValue(tenant, out var sources) && !sources.All.IsEmpty;

    public ValueTask<RegistryStamp> StampAsync(CancellationToken cancellation)
    {
        // In this order: whoever claims does so first, and changes the stamp then.
        var stamp = Volatile.Read(ref _stamp);
        return Volatile.Read(ref _claiming) is { } claiming ? WaitAsync(claiming.Task, cancellation) : new(stamp);

        async ValueTask<RegistryStamp> WaitAsync(Task claim, CancellationToken stop)
        {
            await claim.WaitAsync(stop).ConfigureAwait(false);
            return await StampAsync(stop).ConfigureAwait(false);
        }
    }

    public RegistrationMatches Match(Call call, RegistrationQuery query)
    {
        if (!_tenants.TryGetValue(call.Tenant, out var sources)) return RegistrationMatches.None;
        var candidates = sources.Candidates(query);
        return candidates.Count == 0 ? RegistrationMatches.None : Verify(candidates, call, query);
    }

    /// <summary>All of a tenant that are in force, in the order of their creation.</summary>
    public ImmutableArray<ContextSource> Of(string tenant) =>
        _tenants.TryGetValue(tenant, out var sources) ? sources.All : [];

    public IEnumerable<ContextSource> All => _tenants.Values.SelectMany(sources => sources.All);

    /// <summary>Null where there is none, or where it has expired.</summary>
    public ContextSource? Find(string tenant, string id) =>
        _tenants.TryGetValue(tenant, out var sources) && sources.Find(id) is { } source && IsInForce(source) ? source : null;

    internal void Load(IEnumerable<ContextSource> sources)
    {
        foreach (var tenant in sources.GroupBy(source => source.Tenant))
        {
            _tenants[tenant.Key] = TenantSources.Of([.. tenant.OrderBy(source => source.Registration.CreatedAt)]);
        }
    }

    /// <summary>Adds a registration, or replaces the one of the same id.</summary>
    public void Put(ContextSource source) =>
        _tenants[source.Tenant] = (_tenants.GetValueOrDefault(source.Tenant) ?? TenantSources.None).With(source);

    public void Remove(ContextSource source) =>
        _tenants[source.Tenant] = (_tenants.GetValueOrDefault(source.Tenant) ?? TenantSources.None).Without(source.Id);

    /// <summary>
    /// A proxied registration is about to come into force, or to turn out to be in conflict: writes that were divided before are divided anew, and
    /// those that come wait until it is settled.
    /// </summary>
    internal void Claim()
    {
        Volatile.Write(ref _claiming, new(TaskCreationOptions.RunContinuationsAsynchronously));
        Interlocked.Exchange(ref _stamp, new()).Outdate();
    }

    internal void Settle() => Interlocked.Exchange(ref _claiming, null)!.SetResult();

    private RegistrationMatches Verify(List<ContextSource> candidates, Call call, RegistrationQuery query)
    {
        var matcher = new RegistrationMatcher(query);
        var isBack = !call.Via.IsEmpty && call.Via.Contains(identity.AliasOf(call.Tenant));
        var matches = ImmutableArray.CreateBuilder<MatchedSource>();
        var loops = ImmutableArray.CreateBuilder<ContextSource>();
        foreach (var source in candidates)
        {
            if (!IsInForce(source)) continue;
            var information = matcher.Match(source.Facts);
            if (information.IsEmpty) continue;
            var registration = source.Registration;
            var isPassed = isBack || (registration.ContextSourceAlias is { } alias && call.Via.Contains(alias));
            if (!isPassed) matches.Add(new(source, information));
            else if (registration.Mode is RegistrationMode.Exclusive or RegistrationMode.Redirect) loops.Add(source);
        }

        return matches.Count == 0 && loops.Count == 0
            ? RegistrationMatches.None
            : new(matches.DrainToImmutable(), loops.DrainToImmutable());
    }

    private bool IsInForce(ContextSource source) =>
        source.Registration.ExpiresAt is not { } end || end.Value > clock.GetUtcNow();
}
