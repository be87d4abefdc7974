using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Linking;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Queries.Text;

namespace SmartCity.NgsiLd.Json;

/// <summary>Linked Entities, inline and flattened (ETSI GS CIM 009 4.5.23, annex C.2.2).</summary>
internal ref partial struct EntityRendering
{
    private readonly void StandAt(PackedEntity entity)
    {
        if (_branch is not null) _branch[_depth] = entity;
    }

    /// <summary>What is appended to the Entities that link.</summary>
    private void Flattened(bool withContext)
    {
        if (_linked is not { Join.Kind: JoinKind.Flat }) return;
        var outer = View;
        foreach (var (entity, extent) in _linked.Flat)
        {
            Look(extent);
            Entity(entity, withContext);
        }

        View = outer;
    }

    /// <summary>The member <c>entity</c> or <c>entityList</c> beside the object of a Relationship, where there is something to show.</summary>
    private void LinkedMember(PackedAttribute instance)
    {
        if (instance.Kind is not (AttributeKind.Relationship or AttributeKind.ListRelationship)) return;
        var isArray = JsonText.IsArray(instance.Value);
        var isEmpty = true;
        foreach (var target in new LinkTargets(instance))
        {
            if (!TryFollow(target, out var linked)) continue;
            if (isEmpty)
            {
                _out.Raw(KnownKind(instance.Kind) == AttributeKind.Relationship ? "\"entity\":"u8 : "\"entityList\":"u8);
                if (isArray) _out.Raw((byte)'[');
                isEmpty = false;
            }

            Inline(linked, instance.Name);
        }

        if (isArray && !isEmpty) _out.CloseArray();
    }

    /// <summary>The simplified form: Entities in place of the URIs that lead to them (ETSI GS CIM 009 4.5.4), and a comma.</summary>
    private void SimplifiedLinks(PackedAttribute instance)
    {
        var isArray = JsonText.IsArray(instance.Value);
        if (isArray) _out.Raw((byte)'[');
        foreach (var target in new LinkTargets(instance))
        {
            if (TryFollow(target, out var linked))
            {
                Inline(linked, instance.Name);
                continue;
            }

            _out.Raw(target);
            _out.Raw((byte)',');
        }

        if (isArray) _out.CloseArray();
    }

    /// <summary>An Entity inside the one that links to it, and a comma.</summary>
    private void Inline(PackedEntity linked, Name relationship)
    {
        var outer = View;
        _depth++;
        _follows = _depth < _linked!.Join.Level;
        Look(_extent.Behind(relationship.Iri));
        _out.Raw((byte)'{');
        Id(linked);
        Members(linked);
        _out.CloseObject();
        _depth--;
        View = outer;
    }

    /// <summary>Whether a link leads to an Entity that is at hand and was not met on the way here.</summary>
    private bool TryFollow(scoped ReadOnlySpan<byte> target, out PackedEntity linked)
    {
        using var id = new UnescapedText(target);
        if (!_linked!.TryFind(id.Span, out linked!)) return false;
        for (var i = 0; i <= _depth; i++)
        {
            if (_branch![i].IdUtf8.SequenceEqual(id.Span)) return false;
        }

        if (_isTooLarge) return false;
        _isTooLarge = ++_inlined > _linked.Bounds.Entities || _out.Count > _linked.Bounds.Bytes;
        return !_isTooLarge;
    }

    /// <summary>What is left of an Entity differs from place to place; datasetIds are asked of those that are queried (5.7.2.4).</summary>
    private void Look(Extent extent)
    {
        _extent = extent;
        _datasetIds = [];
        _isPlain = IsPlain();
    }

    private (Extent Extent, byte[][] DatasetIds, bool IsPlain, bool Follows) View
    {
        readonly get => (_extent, _datasetIds, _isPlain, _follows);
        set => (_extent, _datasetIds, _isPlain, _follows) = value;
    }
}
