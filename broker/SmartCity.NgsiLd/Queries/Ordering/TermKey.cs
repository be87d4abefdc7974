using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Geometries;
using SmartCity.NgsiLd.Queries.Matching;

namespace SmartCity.NgsiLd.Queries.Ordering;

/// <summary>One term of an ordering: finds what it names and writes it.</summary>
internal sealed class TermKey
{
    private readonly OrderingTerm _term;
    private readonly DatasetFilter? _datasets;
    private readonly ValueKeys _values;
    private readonly PlaceDistance? _distance;
    private readonly LateName[] _names;
    private readonly string? _member;
    private readonly ValuePath? _trailing;

    public TermKey(OrderingTerm term, EntityOrdering ordering, DatasetFilter? datasets)
    {
        var names = term.Path.Names;
        _term = term;
        _datasets = datasets;
        _values = new(ordering.Collation);
        _distance = term.ByDistance && ordering.Reference is { } reference ? new(reference) : null;
        _member = names.Length > 1 && ReservedMembers.IsOfAttribute(names[^1]) ? names[^1] : null;
        _names = [.. (_member is null ? names : names[..^1]).Select(name => new LateName(name))];
        _trailing = ValuePath.Of(term.Path.Trailing);
    }

    public void Write(PackedEntity entity, KeyBuffer key)
    {
        var start = key.Length;
        if (_term.Path.IsPlain && ReservedMembers.IsProjected(_term.Path.Names[0])) WriteMember(entity, key);
        else if (TryFind(entity.Attributes, 0, out var attribute)) WriteAttribute(attribute, key);
        else key.Byte((byte)ValueClass.Missing);
        if (_term.IsDescending) key.Invert(start + 1);
    }

    private void WriteMember(PackedEntity entity, KeyBuffer key)
    {
        switch (_term.Path.Names[0])
        {
            case "id":
                _values.WriteText(entity.IdUtf8, key);
                break;
            case "type":
                _values.WriteTypes(entity, key);
                break;
            case "scope":
                _values.WriteScopes(entity, key);
                break;
            case "createdAt":
                ValueKeys.WriteInstant(entity.CreatedAtTicks, key);
                break;
            case "modifiedAt":
                ValueKeys.WriteInstant(entity.ModifiedAtTicks, key);
                break;
            default:
                ValueKeys.WriteInstant(entity.ExpiresAtTicks, key);
                break;
        }
    }

    private bool TryFind(PackedAttributes attributes, int level, out PackedAttribute found)
    {
        found = default;
        if (!_names[level].TryGet(out var name)) return false;
        var any = false;
        foreach (var attribute in attributes)
        {
            if (attribute.Name != name || (level == 0 && _datasets is not null && !_datasets.Admits(attribute))) continue;
            var isDefault = attribute.DatasetId.IsEmpty;
            if (any && !isDefault) continue;
            found = attribute;
            any = true;
            if (isDefault) break;
        }

        return any && (level == _names.Length - 1 || TryFind(found.SubAttributes, level + 1, out found));
    }

    private void WriteAttribute(in PackedAttribute attribute, KeyBuffer key)
    {
        if (_member is not null) WriteMember(attribute, key);
        else if (_distance is not null && attribute.Kind == AttributeKind.GeoProperty && _distance.To(attribute.Value) is { } metres)
        {
            key.Byte((byte)ValueClass.Distance);
            key.Number(metres);
        }
        else if (_trailing is null) _values.WriteAttribute(attribute, key);
        else if (_trailing.TryFind(attribute, out var value)) _values.WriteJson(value, key);
        else key.Byte((byte)ValueClass.Missing);
    }

    private void WriteMember(in PackedAttribute attribute, KeyBuffer key)
    {
        switch (_member)
        {
            case "observedAt":
                ValueKeys.WriteInstant(attribute.ObservedAtTicks, key);
                break;
            case "createdAt":
                ValueKeys.WriteInstant(attribute.CreatedAtTicks, key);
                break;
            case "modifiedAt":
                ValueKeys.WriteInstant(attribute.ModifiedAtTicks, key);
                break;
            case "expiresAt":
                ValueKeys.WriteInstant(attribute.ExpiresAtTicks, key);
                break;
            default:
                var text = _member == "unitCode" ? attribute.UnitCode : attribute.DatasetId;
                if (text.IsEmpty) key.Byte((byte)ValueClass.Missing);
                else _values.WriteText(text, key);
                break;
        }
    }
}
