using SmartCity.Broker.Embedded.Bytes;
using SmartCity.Broker.Embedded.Naming;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Embedded.Log;

/// <summary>
/// Puts the changes of a group commit into one block of bytes; <see cref="GroupDecoder"/> reads it. The form is persisted
/// (numbers, texts and blocks as in <see cref="ByteWriter"/>):
/// <code>
/// u8 version (1), then each change:
///   number  tenant
///   text    entity id
///   i64     when, UTC ticks
///   number  of attribute changes, then each: name number, u8 kind, text datasetId (empty for the default instance)
///   block   image afterwards (empty where deleted)
///   block   image before, of the changed Attributes only (empty where created)
/// </code>
/// </summary>
internal sealed class GroupEncoder(NameTable names)
{
    public const byte Version = 1;

    private readonly ByteWriter _bytes = new();
    private readonly HashSet<string> _changed = [];

    public ReadOnlySpan<byte> Written => _bytes.Written;

    public void Begin()
    {
        _bytes.Clear();
        _bytes.Byte(Version);
    }

    public void Add(int tenant, EntityChange change)
    {
        _bytes.Number(tenant);
        _bytes.Text(change.EntityId);
        _bytes.Long(change.At.UtcTicks);
        _bytes.Number(change.Attributes.Length);
        foreach (var attribute in change.Attributes)
        {
            _bytes.Number(names.ToFile(attribute.Name));
            _bytes.Byte((byte)attribute.Kind);
            _bytes.Text(attribute.DatasetId ?? "");
        }

        _bytes.Block(change.After is null ? [] : names.ToFile(change.After));
        _bytes.Block(change.Before is null ? [] : names.ToFile(BeforeImage(change.Before, change)));
    }

    private PackedEntity BeforeImage(PackedEntity before, EntityChange change)
    {
        if (change.IsDeletion) return before;
        _changed.Clear();
        foreach (var attribute in change.Attributes)
        {
            if (attribute.Kind != AttributeChangeKind.Rewritten) _changed.Add(attribute.Name);
        }

        return before.Only(_changed);
    }
}
