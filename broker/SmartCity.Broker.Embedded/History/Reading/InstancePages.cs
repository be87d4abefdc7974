using System.Runtime.InteropServices;
using System.Text;
using SmartCity.Broker.Embedded.History.Blocks;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Embedded.History.Reading;

/// <summary>Puts instances together again.</summary>
internal static class InstancePages
{
    public static InstancePage Of(string entityId, List<InstanceRow> rows, bool hasMore, RowOrder order, uint storeId)
    {
        if (rows.Count == 0) return InstancePage.Empty;
        var packed = new PackedInstances();
        packed.Begin(Encoding.UTF8.GetBytes(entityId));
        Span<byte> text = stackalloc byte[DecimalText.MaxLength];
        foreach (ref readonly var row in CollectionsMarshal.AsSpan(rows))
        {
            var length = row.IsNumber ? DecimalText.Format(row.Mantissa, row.Decimals, text) : 0;
            packed.Add(row.Shape, text[..length], row.ObservedAt, row.ObservedDecimals, row.CreatedAt, row.ModifiedAt);
        }

        var instances = new StoredInstance[rows.Count];
        var at = 0;
        foreach (var attribute in packed.ToEntity().Attributes)
        {
            var row = rows[at];
            Timestamp? deletedAt = row.DeletedAt == InstanceRow.None ? null : MomentText.ToTimestamp(row.DeletedAt, row.DeletedDecimals);
            instances[at++] = new(new(storeId, row.Number), attribute, deletedAt);
        }

        return new(ImmutableCollectionsMarshal.AsImmutableArray(instances), hasMore, order.TimeOf(rows[^1]));
    }
}
