using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries.Text;

namespace SmartCity.NgsiLd.Linking;

/// <summary>
/// Where an Attribute instance links to, in place and in order: the JSON strings of its object or objects, or of its objectList
/// (ETSI GS CIM 009 4.5.3, 4.5.22). Nothing for what is no Relationship.
/// </summary>
internal ref struct LinkTargets
{
    private readonly ReadOnlySpan<byte> _single;
    private JsonItems _items;
    private bool _isSingle;

    public LinkTargets(in PackedAttribute attribute)
    {
        _items = new(default);
        if (attribute.Kind is not (AttributeKind.Relationship or AttributeKind.ListRelationship)) return;
        var value = attribute.Value;
        if (JsonText.IsArray(value)) _items = new(value);
        else _isSingle = JsonText.IsString(_single = value);
    }

    /// <summary>A JSON string with its quotes.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    public readonly LinkTargets GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_isSingle)
        {
            _isSingle = false;
            Current = _single;
            return true;
        }

        while (_items.MoveNext())
        {
            Current = StoredValue.Object(_items.Current);
            if (JsonText.IsString(Current)) return true;
        }

        return false;
    }
}
