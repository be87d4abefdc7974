using System.Diagnostics.CodeAnalysis;
using System.Text;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Queries.Matching;
using SmartCity.NgsiLd.Queries.Text;

namespace SmartCity.NgsiLd.Linking;

/// <summary>
/// The Entities that those of an answer link to, gathered level by level (ETSI GS CIM 009 4.5.23): whoever has Entities asks for
/// the ids of the next level (<see cref="Next"/>) and brings what there is of them (<see cref="Add"/>), until none is wanted.
/// Only Attributes that are shown are followed, and only those of the Entity itself, not those of its Attributes.
/// </summary>
public sealed class LinkedEntities
{
    private readonly Join _join;
    private readonly HashSet<PackedEntity> _known = new(EntityIdComparer.Instance);
    private readonly HashSet<PackedEntity>.AlternateLookup<ReadOnlySpan<byte>> _byId;
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly HashSet<string> _containedBy;

    /// <summary>What was met: by id where each is shown once, else by id and what is shown of it, which decides what is followed.</summary>
    private readonly HashSet<(string Id, Extent Extent)> _met = [];
    private readonly List<(string Id, Extent Extent)> _waiting = [];
    private readonly List<LinkedEntity> _frontier = [];
    private readonly List<LinkedEntity> _flat = [];
    private readonly DatasetFilter? _datasets;
    private int _level;
    private int _count;
    private long _bytes;

    /// <param name="roots">The Entities of the answer itself.</param>
    /// <param name="shown">How they are shown, and what is joined.</param>
    /// <param name="bounds">How much may be gathered and shown.</param>
    public LinkedEntities(IReadOnlyList<PackedEntity> roots, Representation shown, LinkBounds bounds)
    {
        _datasets = DatasetFilter.Of(shown.DatasetIds);
        _join = shown.Join;
        Bounds = bounds;
        _byId = _known.GetAlternateLookup<ReadOnlySpan<byte>>();
        _containedBy = [.. _join.ContainedBy];
        foreach (var root in roots)
        {
            _known.Add(root);
            _frontier.Add(new(root, shown.Extent));
            // A root that is linked shows every instance, whatever datasetIds were asked of it as a root.
            if (_join.Kind == JoinKind.Flat || _datasets is null) _met.Add(Key(root.Id, shown.Extent));
        }
    }

    /// <summary>How much may be gathered and shown.</summary>
    public LinkBounds Bounds { get; }

    internal Join Join => _join;

    /// <summary>For the flattened form: each once, in the order in which links lead to them, without the roots.</summary>
    public IReadOnlyList<LinkedEntity> Flat => _flat;

    /// <summary>The ids of the next level that are not known yet; empty once there are no more.</summary>
    public IReadOnlyList<string> Next()
    {
        var wanted = new List<string>();
        while (wanted.Count == 0 && _frontier.Count > 0 && _level < _join.Depth)
        {
            foreach (var linking in _frontier) Follow(linking, wanted);
            _frontier.Clear();
            _level++;
            if (wanted.Count == 0) Arrive();
        }

        return wanted;
    }

    /// <summary>Takes what there is of the ids that were wanted; TooManyResults where that exceeds the bounds.</summary>
    public NgsiLdError? Add(IEnumerable<PackedEntity> found)
    {
        foreach (var entity in found)
        {
            if (!_known.Add(entity)) continue;
            _bytes += entity.Bytes.Length;
            if (++_count > Bounds.Entities || _bytes > Bounds.Bytes) return Bounds.Exceeded;
        }

        Arrive();
        return null;
    }

    /// <summary>The Entity that a link leads to, where it is one to show.</summary>
    /// <param name="id">Unescaped UTF-8.</param>
    /// <param name="entity">The Entity.</param>
    internal bool TryFind(ReadOnlySpan<byte> id, [MaybeNullWhen(false)] out PackedEntity entity)
    {
        entity = null;
        return (_containedBy.Count == 0 || !_containedBy.Contains(Encoding.UTF8.GetString(id))) && _byId.TryGetValue(id, out entity);
    }

    private void Follow(LinkedEntity linking, List<string> wanted)
    {
        foreach (var attribute in linking.Entity.Attributes)
        {
            if (attribute.Kind is not (AttributeKind.Relationship or AttributeKind.ListRelationship)) continue;
            if (_level == 0 && _datasets?.Admits(attribute) == false) continue;
            var name = attribute.Name.Iri;
            if (!linking.Extent.Shows(name)) continue;
            var extent = linking.Extent.Behind(name);
            foreach (var target in new LinkTargets(attribute)) Follow(target, extent, wanted);
        }
    }

    private void Follow(ReadOnlySpan<byte> target, Extent extent, List<string> wanted)
    {
        using var text = new UnescapedText(target);
        var id = Encoding.UTF8.GetString(text.Span);
        if (_containedBy.Contains(id) || !_met.Add(Key(id, extent))) return;
        _waiting.Add((id, extent));
        if (!_byId.TryGetValue(text.Span, out _) && _asked.Add(id)) wanted.Add(id);
    }

    private void Arrive()
    {
        foreach (var (id, extent) in _waiting)
        {
            if (!_byId.TryGetValue(Encoding.UTF8.GetBytes(id), out var entity)) continue;
            _frontier.Add(new(entity, extent));
            if (_join.Kind == JoinKind.Flat) _flat.Add(new(entity, extent));
        }

        _waiting.Clear();
    }

    private (string Id, Extent Extent) Key(string id, Extent extent) => (id, _join.Kind == JoinKind.Flat ? Extent.Whole : extent);
}

/// <param name="Entity">An Entity of an answer.</param>
/// <param name="Extent">What is shown of it.</param>
public readonly record struct LinkedEntity(PackedEntity Entity, Extent Extent);
