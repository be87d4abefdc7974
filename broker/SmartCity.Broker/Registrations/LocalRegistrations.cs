using SmartCity.Broker.Outbound;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Registrations;

/// <summary>Registrations: kept by the store, put to work in the registry, gone when they expire.</summary>
public sealed class LocalRegistrations : IRegistrationOperations, IAsyncDisposable
{
    private readonly IRegistrationStore _store;
    private readonly IEntityStore _entities;
    private readonly ContextRegistry _registry;
    private readonly Limits _limits;
    private readonly TimeProvider _clock;
    private readonly RegistrationValidator _validator;
    private readonly RegistrationConflicts _conflicts;
    private readonly RegistrationExpiry _expiry;
    private readonly FigureRecorder _recorder;

    // Writes are rare, and each decides on what the one before has done.
    private readonly SemaphoreSlim _writing = new(1);

    public LocalRegistrations(
        IRegistrationStore store, IEntityStore entities, ContextRegistry registry, OutboundPolicy policy, Limits limits, TimeProvider clock,
        Action<Exception> onFault)
    {
        _store = store;
        _entities = entities;
        _registry = registry;
        _limits = limits;
        _clock = clock;
        _validator = new(limits, policy);
        _conflicts = new(registry, entities);
        _expiry = new(registry, RemoveExpiredAsync, clock, onFault);
        _recorder = new(store, registry, clock, onFault);
    }

    /// <summary>What happened to a registration, one after another, once it is durable. Whoever listens must not take long.</summary>
    public event Action<RegistrationChange>? Changed;

    /// <summary>Puts what the store holds to work. Called once.</summary>
    /// <exception cref="InvalidDataException">A stored registration cannot be read.</exception>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        var loaded = new List<ContextSource>();
        foreach (var stored in await _store.LoadAsync(cancellation).ConfigureAwait(false))
        {
            if (!RegistrationDocument.Read(stored.Document).TryGet(out var registration, out var error))
            {
                throw new InvalidDataException($"The stored registration {stored.Id} cannot be read: {error.Detail}");
            }

            loaded.Add(new(stored.Tenant, registration, new(stored.Figures)));
        }

        _registry.Load(loaded);
        _expiry.Plan();
        _recorder.Start();
    }

    public async ValueTask<Result<ContextSourceRegistration>> CreateAsync(
        Call call, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        var now = _clock.GetUtcNow();
        var read = RegistrationReader.Read(body, call.Context, _limits.JsonDepth)
            .Then(_validator.Check)
            .Then(registration => NotEnded(registration, now));
        if (!read.TryGet(out var given, out var error)) return error;
        var named = AgentRegistrations.WithHeaders(given, call) with
        {
            Id = given.Id.Length > 0 ? given.Id : $"urn:ngsi-ld:ContextSourceRegistration:{Guid.CreateVersion7(now)}",
            CreatedAt = now,
            ModifiedAt = now,
        };
        await _writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (given.Id.Length == 0 && AgentRegistrations.Predecessor(named, call, _registry) is { } before)
            {
                return await KeepAsync(call.Tenant, named with { Id = before.Id }, before, cancellation).ConfigureAwait(false);
            }

            if (_registry.Find(call.Tenant, named.Id) is not null)
            {
                return NgsiLdError.AlreadyExists($"the registration {named.Id} exists already");
            }

            if (_registry.Of(call.Tenant).Length >= _limits.Registrations)
            {
                return NgsiLdError.NotSupported($"this broker keeps no more than {_limits.Registrations} registrations of a tenant");
            }

            return await KeepAsync(call.Tenant, named, null, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    public async ValueTask<Result<RegistrationView>> RetrieveAsync(Call call, string id, CancellationToken cancellation)
    {
        var found = await FindAsync(call, id, cancellation).ConfigureAwait(false);
        return found.Map(source => new RegistrationView(source.Registration, source.Registration.Information, source.State.Figures));
    }

    public async ValueTask<Result<ResourcePage<RegistrationView>>> QueryAsync(
        Call call, RegistrationQuery query, PageRequest page, CancellationToken cancellation)
    {
        if (await _entities.MissingTenantAsync(call, cancellation).ConfigureAwait(false) is { } error) return error;
        // Who asks for registrations is not forwarded to their sources: none has been passed already.
        var all = _registry.Match(call with { Via = [] }, query).Sources;
        var shown = all.Skip(page.Offset).Take(page.Limit)
            .Select(match => new RegistrationView(match.Registration, match.Information, match.Source.State.Figures));
        return new ResourcePage<RegistrationView>([.. shown], (long)page.Offset + page.Limit < all.Length, page.Count ? all.Length : null);
    }

    public async ValueTask<Result<ContextSourceRegistration>> UpdateAsync(
        Call call, string id, ReadOnlyMemory<byte> fragment, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var found = await FindAsync(call, id, cancellation).ConfigureAwait(false);
            var now = _clock.GetUtcNow();
            var merged = found.Then(source => RegistrationReader.Merge(source.Registration, fragment, call.Context, _limits.JsonDepth));
            if (!merged.TryGet(out var update, out var error)) return error;
            var checkedOne = _validator.Check(update.Registration with { ModifiedAt = now })
                .Then(registration => update.Mentioned.Contains("expiresAt") ? NotEnded(registration, now) : registration);
            return checkedOne.TryGet(out var updated, out error)
                ? await KeepAsync(call.Tenant, updated, found.Value, cancellation).ConfigureAwait(false)
                : error;
        }
        finally
        {
            _writing.Release();
        }
    }

    public async ValueTask<Result<ContextSourceRegistration>> DeleteAsync(Call call, string id, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var found = await FindAsync(call, id, cancellation).ConfigureAwait(false);
            if (!found.TryGet(out var source, out var error)) return error;
            await RemoveAsync(source, cancellation).ConfigureAwait(false);
            return source.Registration;
        }
        finally
        {
            _writing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _expiry.DisposeAsync().ConfigureAwait(false);
        await _recorder.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Makes a registration durable and puts it to work, unless somebody is in its way.</summary>
    private async ValueTask<Result<ContextSourceRegistration>> KeepAsync(
        string tenant, ContextSourceRegistration registration, ContextSource? before, CancellationToken cancellation)
    {
        if (await _conflicts.FindAsync(tenant, registration, cancellation).ConfigureAwait(false) is { } conflict) return conflict;
        if (!RegistrationDocument.Write(registration).TryGet(out var document, out var error)) return error;
        if (document.Length > _limits.RegistrationBytes)
        {
            return NgsiLdError.BadRequestData($"the registration takes {document.Length} bytes; {_limits.RegistrationBytes} are allowed");
        }

        var source = new ContextSource(tenant, registration, before?.State ?? new());
        var isClaim = RegistrationConflicts.IsWithEntities(registration);
        if (isClaim && await ClaimAsync(source, cancellation).ConfigureAwait(false) is { } late) return late;
        long number;
        try
        {
            number = await _store.SaveAsync(new(tenant, registration.Id, document), cancellation).ConfigureAwait(false);
        }
        catch when (isClaim)
        {
            if (before is not null) _registry.Put(before);
            else _registry.Remove(source);
            throw;
        }

        _registry.Put(source);
        _expiry.Plan();
        Changed?.Invoke(new(before, source) { Number = number });
        return registration;
    }

    /// <summary>
    /// Puts a proxied registration to work unless this broker has what it claims. No Entity can come between that is written here, and nobody
    /// waits for a disk meanwhile but for writes that were before.
    /// </summary>
    private async ValueTask<NgsiLdError?> ClaimAsync(ContextSource source, CancellationToken cancellation)
    {
        _registry.Claim();
        try
        {
            // What was decided by the registrations of before is to be seen once the writer has got to here.
            await _entities.CommitAsync(source.Tenant, [Nothing(source.Id)], cancellation).ConfigureAwait(false);
            var conflict = await _conflicts.FindAsync(source.Tenant, source.Registration, cancellation).ConfigureAwait(false);
            if (conflict is null) _registry.Put(source);
            return conflict;
        }
        finally
        {
            _registry.Settle();
        }
    }

    private static EntityWrite Nothing(string id) =>
        new(id, (before, now) => new EntityChange { EntityId = id, Before = before, After = before, At = now });

    private async ValueTask RemoveAsync(ContextSource source, CancellationToken cancellation)
    {
        var number = await _store.DeleteAsync(source.Tenant, source.Id, cancellation).ConfigureAwait(false);
        _registry.Remove(source);
        Changed?.Invoke(new(source, null) { Number = number });
    }

    private async Task RemoveExpiredAsync(CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var now = _clock.GetUtcNow();
            foreach (var source in _registry.All.Where(source => source.Registration.ExpiresAt?.Value <= now).ToList())
            {
                await RemoveAsync(source, cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    private static Result<ContextSourceRegistration> NotEnded(ContextSourceRegistration registration, DateTimeOffset now) =>
        registration.ExpiresAt is { } end && end.Value <= now
            ? NgsiLdError.BadRequestData("expiresAt is in the past")
            : registration;

    private async ValueTask<Result<ContextSource>> FindAsync(Call call, string id, CancellationToken cancellation)
    {
        if (!Iri.IsAbsolute(id)) return NgsiLdError.BadRequestData("the registration id is not a URI");
        if (await _entities.MissingTenantAsync(call, cancellation).ConfigureAwait(false) is { } error) return error;
        return _registry.Find(call.Tenant, id) is { } source
            ? source
            : NgsiLdError.NotFound($"there is no registration {id}");
    }
}
