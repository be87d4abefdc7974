using System.Collections.Immutable;
using SmartCity.Broker.Storage;

namespace SmartCity.Broker.Tests.Registrations;

/// <summary>What survives in it is what a store would have kept.</summary>
internal sealed class MemoryRegistrations : IRegistrationStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string, string), StoredRegistration> _kept = [];
    private long _changes;

    public int Count
    {
        get
        {
            lock (_lock) return _kept.Count;
        }
    }

    public ValueTask<ImmutableArray<StoredRegistration>> LoadAsync(CancellationToken cancellation)
    {
        lock (_lock) return new([.. _kept.Values]);
    }

    public ValueTask<long> SaveAsync(StoredRegistration registration, CancellationToken cancellation)
    {
        lock (_lock)
        {
            var figures = _kept.GetValueOrDefault((registration.Tenant, registration.Id))?.Figures ?? default;
            _kept[(registration.Tenant, registration.Id)] = registration with { Figures = figures };
            return new(++_changes);
        }
    }

    public ValueTask<long> DeleteAsync(string tenant, string id, CancellationToken cancellation)
    {
        lock (_lock)
        {
            _kept.Remove((tenant, id));
            return new(++_changes);
        }
    }

    public void Record(ImmutableArray<RegistrationProgress> progress)
    {
        lock (_lock)
        {
            foreach (var one in progress)
            {
                if (_kept.TryGetValue((one.Tenant, one.Id), out var kept)) _kept[(one.Tenant, one.Id)] = kept with { Figures = one.Figures };
            }
        }
    }
}
