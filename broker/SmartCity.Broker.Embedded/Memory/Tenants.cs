using System.Collections.Concurrent;

namespace SmartCity.Broker.Embedded.Memory;

/// <summary>The tenants and their Entities. A new one is seen by readers once its first write is durable.</summary>
internal sealed class Tenants(int valueIndexes)
{
    private readonly ConcurrentDictionary<string, EntitySpace> _byName = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, EntitySpace> _byNumber = new();
    private readonly List<EntitySpace> _prepared = [];
    private readonly List<EntitySpace> _new = [];
    private int _last;

    public IEnumerable<EntitySpace> All => _byName.Values;

    /// <summary>Tenants that the file does not have yet. Writer only.</summary>
    public IReadOnlyList<EntitySpace> New => _new;

    public EntitySpace? Find(string name) => _byName.GetValueOrDefault(name);

    public EntitySpace? Find(int number) => _byNumber.GetValueOrDefault(number);

    public EntitySpace Restore(int number, string name) => Add(new EntitySpace(number, name, valueIndexes));

    /// <summary>The tenant, if need be an empty one that is kept only once it is needed. Writer only.</summary>
    public EntitySpace Prepare(string name)
    {
        if (_byName.TryGetValue(name, out var known)) return known;
        foreach (var space in _prepared)
        {
            if (space.Name == name) return space;
        }

        var made = new EntitySpace(_last + _prepared.Count + 1, name, valueIndexes);
        _prepared.Add(made);
        return made;
    }

    /// <summary>Something is to be written for the tenant: it comes into being with the commit under way. Writer only.</summary>
    public void Need(EntitySpace space)
    {
        if (_prepared.Contains(space) && !_new.Contains(space)) _new.Add(space);
    }

    /// <summary>The commit is durable. Writer only.</summary>
    public void Keep()
    {
        foreach (var space in _new) Add(space);
        Drop();
    }

    /// <summary>The commit has failed, or has written nothing. Writer only.</summary>
    public void Drop()
    {
        _new.Clear();
        _prepared.Clear();
    }

    private EntitySpace Add(EntitySpace space)
    {
        _last = Math.Max(_last, space.Number);
        _byNumber[space.Number] = space;
        return _byName[space.Name] = space;
    }
}
