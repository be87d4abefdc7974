using System.Runtime.InteropServices;
using SmartCity.Broker.Embedded.Bytes;
using SmartCity.Broker.Embedded.Naming;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Embedded.Log;

/// <summary>
/// Reads what <see cref="GroupEncoder"/> wrote, change by change. Damaged bytes are <see cref="InvalidDataException"/>.
/// </summary>
internal ref struct GroupDecoder
{
    private readonly NameTable _names;
    private ByteReader _bytes;

    public GroupDecoder(ReadOnlySpan<byte> bytes, NameTable names)
    {
        _names = names;
        _bytes = new(bytes);
        if (_bytes.Byte() != GroupEncoder.Version) throw new InvalidDataException("A log row has an unknown form.");
    }

    /// <summary>The next change; false at the end.</summary>
    public bool TryRead(out int tenant, out EntityChange change)
    {
        (tenant, change) = (0, null!);
        if (_bytes.IsAtEnd) return false;
        tenant = _bytes.Number();
        var id = _bytes.Text();
        var at = _bytes.Long();
        var attributes = new AttributeChange[_bytes.Number()];
        for (var i = 0; i < attributes.Length; i++)
        {
            var name = _names.FromFile(_bytes.Number()).Iri;
            var kind = (AttributeChangeKind)_bytes.Byte();
            attributes[i] = new(name, _bytes.Text() is { Length: > 0 } dataset ? dataset : null, kind);
        }

        var after = Image();
        change = new()
        {
            EntityId = id,
            Before = Image(),
            After = after,
            At = new DateTimeOffset(at, TimeSpan.Zero),
            Attributes = ImmutableCollectionsMarshal.AsImmutableArray(attributes),
        };
        return true;
    }

    /// <summary>What the next change came to, and nothing else of it; false at the end.</summary>
    public bool TryReadOutcome(out int tenant, out ReadOnlySpan<byte> id, out PackedEntity? after)
    {
        (tenant, after) = (0, null);
        id = default;
        if (_bytes.IsAtEnd) return false;
        tenant = _bytes.Number();
        id = _bytes.Block();
        _bytes.Long();
        for (var left = _bytes.Number(); left > 0; left--)
        {
            _bytes.Number();
            _bytes.Byte();
            _bytes.Block();
        }

        after = Image();
        _bytes.Block();
        return true;
    }

    private PackedEntity? Image()
    {
        var block = _bytes.Block();
        return block.IsEmpty ? null : _names.FromFile(block);
    }
}
