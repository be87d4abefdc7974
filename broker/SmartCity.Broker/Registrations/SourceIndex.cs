using System.Collections.Immutable;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Registrations;

/// <summary>
/// Finds the registrations that may match a query by what their information names: Entities by id, Entities by type, or nothing but Attributes.
/// It gives a superset, which <see cref="RegistrationMatcher"/> then verifies.
/// </summary>
internal sealed class SourceIndex
{
    private static readonly List<ContextSource> Nothing = [];

    private readonly ImmutableArray<ContextSource> _all;
    private readonly Places _ids = new();
    private readonly Places _types = new();

    // Those whose Entities have no id: only they can have Entities that they do not name.
    private readonly Places _openTypes = new();
    private readonly Prefixes _open = new();

    // By Attribute, of information that names Entities, too, and of such that does not.
    private readonly Places _entityAttributes = new();
    private readonly Places _attributes = new();
    private readonly SortedSet<int> _wholeEntities = [];
    private readonly SortedSet<int> _named = [];

    public SourceIndex(ImmutableArray<ContextSource> all)
    {
        _all = all;
        for (var place = 0; place < all.Length; place++)
        {
            foreach (var info in all[place].Registration.Information) Add(info, place);
        }
    }

    /// <summary>In the order of their creation.</summary>
    public List<ContextSource> Candidates(RegistrationQuery query)
    {
        SortedSet<int>? found = null;
        AddAttributes(query, ref found);
        if (query.Selectors.IsEmpty) AddEntities(query, ref found);
        foreach (var selector in query.Selectors) Add(selector, ref found);
        if (found is null) return Nothing;
        var candidates = new List<ContextSource>(found.Count);
        foreach (var place in found) candidates.Add(_all[place]);
        return candidates;
    }

    private void Add(RegistrationInfo info, int place)
    {
        if (info.Entities.IsEmpty)
        {
            foreach (var name in info.PropertyNames) _attributes.Add(name, place);
            foreach (var name in info.RelationshipNames) _attributes.Add(name, place);
        }
        else if (info.HasAttributeNames)
        {
            foreach (var name in info.PropertyNames) _entityAttributes.Add(name, place);
            foreach (var name in info.RelationshipNames) _entityAttributes.Add(name, place);
        }
        else
        {
            _wholeEntities.Add(place);
        }

        foreach (var entity in info.Entities)
        {
            _named.Add(place);
            foreach (var type in entity.Types)
            {
                _types.Add(type, place);
                if (entity.Id is null) _openTypes.Add(type, place);
            }

            if (entity.Id is { } id) _ids.Add(id, place);
            else _open.Add(entity.IdPattern?.Prefix ?? "", place);
        }
    }

    /// <summary>Information of no Entities is of all of them.</summary>
    private void AddAttributes(RegistrationQuery query, ref SortedSet<int>? found)
    {
        if (query.AttributeNames.IsEmpty) _attributes.TakeAll(ref found);
        foreach (var name in query.AttributeNames) _attributes.Take(name, ref found);
    }

    /// <summary>Where no Entity is named, any may be meant.</summary>
    private void AddEntities(RegistrationQuery query, ref SortedSet<int>? found)
    {
        if (query.AttributeNames.IsEmpty)
        {
            Take(_named, ref found);
            return;
        }

        foreach (var name in query.AttributeNames) _entityAttributes.Take(name, ref found);
        Take(_wholeEntities, ref found);
    }

    private void Add(EntitySelector selector, ref SortedSet<int>? found)
    {
        if (selector.Ids.IsEmpty)
        {
            if (!IsTyped(selector.Type)) Take(_named, ref found);
            else Add(selector.Type, _types, ref found);
            return;
        }

        foreach (var id in selector.Ids) _ids.Take(id, ref found);
        // The matcher of a pattern that stands beside ids looks at named Entities, too.
        if (selector.IdPattern is not null) Take(_named, ref found);
        else if (IsTyped(selector.Type)) Add(selector.Type, _openTypes, ref found);
        else foreach (var id in selector.Ids) _open.Take(id, ref found);
    }

    private static void Add(TypeSelection? selection, Places places, ref SortedSet<int>? found)
    {
        switch (selection)
        {
            case TypeIs one: places.Take(one.Type, ref found); break;
            // One of the terms narrows it enough, if it names a type.
            case TypeAnd and: Add(and.Terms.First(IsTyped), places, ref found); break;
            case TypeOr or:
                foreach (var term in or.Terms) Add(term, places, ref found);
                break;
            default: break;
        }
    }

    /// <summary>Whether whatever fits has one of the types that are named.</summary>
    private static bool IsTyped(TypeSelection? selection) => selection switch
    {
        TypeIs => true,
        TypeAnd and => and.Terms.Any(IsTyped),
        TypeOr or => or.Terms.All(IsTyped),
        _ => false,
    };

    private static void Take(SortedSet<int> places, ref SortedSet<int>? found)
    {
        if (places.Count > 0) (found ??= []).UnionWith(places);
    }

    /// <summary>Places of registrations by a name.</summary>
    private sealed class Places
    {
        private readonly Dictionary<string, List<int>> _byName = new(StringComparer.Ordinal);

        public void Add(string name, int place)
        {
            if (!_byName.TryGetValue(name, out var places)) _byName[name] = places = [];
            if (places.Count == 0 || places[^1] != place) places.Add(place);
        }

        public void Take(string name, ref SortedSet<int>? found)
        {
            if (_byName.TryGetValue(name, out var places)) (found ??= []).UnionWith(places);
        }

        public void TakeAll(ref SortedSet<int>? found)
        {
            foreach (var places in _byName.Values) (found ??= []).UnionWith(places);
        }
    }

    /// <summary>Places of registrations by what the ids of their Entities begin with.</summary>
    private sealed class Prefixes
    {
        private readonly Dictionary<string, List<int>> _byPrefix = new(StringComparer.Ordinal);
        // Each once, the shortest first.
        private readonly List<int> _lengths = [];

        public void Add(string prefix, int place)
        {
            if (!_byPrefix.TryGetValue(prefix, out var places)) _byPrefix[prefix] = places = [];
            if (places.Count == 0 || places[^1] != place) places.Add(place);
            var next = _lengths.BinarySearch(prefix.Length);
            if (next < 0) _lengths.Insert(~next, prefix.Length);
        }

        public void Take(string id, ref SortedSet<int>? found)
        {
            var byPrefix = _byPrefix.GetAlternateLookup<ReadOnlySpan<char>>();
            foreach (var length in _lengths)
            {
                if (length > id.Length) return;
                if (byPrefix.TryGetValue(id.AsSpan(0, length), out var places)) (found ??= []).UnionWith(places);
            }
        }
    }
}
