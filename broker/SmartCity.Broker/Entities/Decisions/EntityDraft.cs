using System.Collections.Immutable;
using SmartCity.NgsiLd.Entities;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.Broker.Entities.Decisions;

/// <summary>An existing Entity while an operation changes it: keeps the account from which the change is made.</summary>
internal sealed class EntityDraft
{
    private const int Few = 16;

    private readonly PackedEntity _before;
    private readonly Entity _entity;
    private readonly DateTimeOffset _now;

    // A removed instance leaves a hole, so that places stay what they are.
    private readonly List<Attribute?> _instances;
    private Dictionary<(string Name, string? DatasetId), int>? _places;
    private readonly ImmutableArray<AttributeChange>.Builder _changes = ImmutableArray.CreateBuilder<AttributeChange>();
    private readonly ImmutableArray<NotUpdatedAttribute>.Builder _notUpdated = ImmutableArray.CreateBuilder<NotUpdatedAttribute>();
    private bool _touched;

    public EntityDraft(PackedEntity before, DateTimeOffset now)
    {
        _before = before;
        _now = now;
        _entity = before.Unpack();
        _instances = [.. _entity.Attributes];
        Types = _entity.Types;
        Scopes = _entity.Scopes;
        ScopeIsArray = _entity.ScopeIsArray;
        ExpiresAt = _entity.ExpiresAt;
    }

    public ImmutableArray<string> Types { get; set; }

    public ImmutableArray<string> Scopes { get; private set; }

    public bool ScopeIsArray { get; private set; }

    public Timestamp? ExpiresAt { get; set; }

    public bool HasScope => !Scopes.IsEmpty;

    public Attribute? Find(string name, string? datasetId) => Place(name, datasetId) is var place && place >= 0 ? _instances[place] : null;

    /// <summary>Writes an instance over the one of its name and datasetId, or adds it.</summary>
    public void Put(Attribute instance)
    {
        var place = Place(instance.Name, instance.DatasetId);
        if (place >= 0 && _instances[place] is { } old)
        {
            _instances[place] = SystemTimes.OfWritten(old, instance, _now);
            Note(instance, AttributeContent.Same(old, instance) ? AttributeChangeKind.Rewritten : AttributeChangeKind.Updated);
            return;
        }

        if (place < 0)
        {
            place = _instances.Count;
            _instances.Add(null);
            _places?.Add((instance.Name, instance.DatasetId), place);
        }

        _instances[place] = SystemTimes.OfNew(instance, _now);
        Note(instance, AttributeChangeKind.Created);
    }

    /// <summary>False where there is no such instance.</summary>
    public bool Remove(string name, string? datasetId)
    {
        var place = Place(name, datasetId);
        if (place < 0 || _instances[place] is not { } instance) return false;
        _instances[place] = null;
        Note(instance, AttributeChangeKind.Deleted);
        return true;
    }

    /// <summary>False where there is no such instance.</summary>
    public bool RemoveWhere(Predicate<Attribute> condition)
    {
        var removed = false;
        for (var place = 0; place < _instances.Count; place++)
        {
            if (_instances[place] is not { } instance || !condition(instance)) continue;
            _instances[place] = null;
            Note(instance, AttributeChangeKind.Deleted);
            removed = true;
        }

        return removed;
    }

    /// <summary>Removes what was there before and has not been written since: what was not written is the very same instance.</summary>
    public void RemoveUnwritten()
    {
        for (var place = 0; place < _entity.Attributes.Length; place++)
        {
            if (_instances[place] is not { } instance || !ReferenceEquals(instance, _entity.Attributes[place])) continue;
            _instances[place] = null;
            Note(instance, AttributeChangeKind.Deleted);
        }
    }

    public void LeaveAsItIs(Attribute attribute, string reason) => _notUpdated.Add(new(attribute.Name, reason));

    /// <summary>Types are only ever added (ETSI GS CIM 009 4.16).</summary>
    public void AddTypes(ImmutableArray<string> types) => Types = WithMore(Types, types);

    public void SetScopes(ImmutableArray<string> scopes, bool isArray) => (Scopes, ScopeIsArray) = (scopes, isArray);

    /// <summary>Adds what is missing: several scopes are an array (ETSI GS CIM 009 5.6.3.4).</summary>
    public void AddScopes(ImmutableArray<string> scopes)
    {
        var all = WithMore(Scopes, scopes);
        if (all != Scopes) SetScopes(all, ScopeIsArray || all.Length > 1);
    }

    /// <summary>Given scopes replace, NGSI-LD Null removes, none leaves as it is.</summary>
    public void PatchScopes(ImmutableArray<string> scopes, bool isArray)
    {
        if (scopes.IsEmpty) return;
        if (NgsiLdNulls.Is(scopes)) SetScopes([], isArray: false);
        else SetScopes(scopes, isArray);
    }

    public void PatchExpiry(Timestamp? expiresAt) => ExpiresAt = AttributePatch.Time(ExpiresAt, expiresAt);

    /// <summary>Says that the Entity is written, whatever the outcome is.</summary>
    public void Touch() => _touched = true;

    public EntityChange ToChange() => new()
    {
        EntityId = _entity.Id,
        Before = _before,
        After = IsTouched ? PackedEntity.Pack(ToEntity()) : _before,
        At = _now,
        Attributes = _changes.ToImmutable(),
        NotUpdated = _notUpdated.ToImmutable(),
    };

    private bool IsTouched =>
        _touched
        || _changes.Count > 0
        || !Types.SequenceEqual(_entity.Types)
        || !Scopes.SequenceEqual(_entity.Scopes)
        || ScopeIsArray != _entity.ScopeIsArray
        || ExpiresAt != _entity.ExpiresAt;

    private Entity ToEntity() => _entity with
    {
        Types = Types,
        Scopes = Scopes,
        ScopeIsArray = ScopeIsArray,
        ExpiresAt = ExpiresAt,
        ModifiedAt = _now,
        Attributes = SideBySide(_instances),
    };

    private int Place(string name, string? datasetId)
    {
        if (_instances.Count > Few)
        {
            return (_places ??= Places()).TryGetValue((name, datasetId), out var known) ? known : -1;
        }

        for (var place = 0; place < _instances.Count; place++)
        {
            if (_instances[place] is { } instance && instance.Name == name && instance.DatasetId == datasetId) return place;
        }

        return -1;
    }

    private Dictionary<(string, string?), int> Places()
    {
        var places = new Dictionary<(string, string?), int>(_instances.Count);
        for (var place = 0; place < _instances.Count; place++)
        {
            if (_instances[place] is { } instance) places[(instance.Name, instance.DatasetId)] = place;
        }

        return places;
    }

    private void Note(Attribute instance, AttributeChangeKind kind) => _changes.Add(new(instance.Name, instance.DatasetId, kind));

    private static ImmutableArray<string> WithMore(ImmutableArray<string> known, ImmutableArray<string> more)
    {
        if (more.IsEmpty) return known;
        var seen = new HashSet<string>(known, StringComparer.Ordinal);
        var missing = more.Where(seen.Add).ToArray();
        return missing.Length == 0 ? known : [.. known, .. missing];
    }

    // Instances of one name stand side by side, in the order in which names were first given.
    private static ImmutableArray<Attribute> SideBySide(List<Attribute?> instances)
    {
        var all = ImmutableArray.CreateBuilder<Attribute>(instances.Count);
        var several = false;
        foreach (var instance in instances)
        {
            if (instance is null) continue;
            all.Add(instance);
            several |= instance.DatasetId is not null;
        }

        return several ? [.. all.GroupBy(instance => instance.Name).SelectMany(group => group)] : all.DrainToImmutable();
    }
}
