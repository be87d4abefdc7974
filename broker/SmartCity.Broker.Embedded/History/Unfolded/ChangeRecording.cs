using System.Text;
using System.Text.Json;
using SmartCity.Broker.Embedded.History.Blocks;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Embedded.History.Unfolded;

/// <summary>Turns a change of a current Entity into instances (ETSI GS CIM 009 4.5.6 - 4.5.8).</summary>
internal static class ChangeRecording
{
    /// <summary>How the broker writes its own times.</summary>
    private const byte SystemDecimals = 6;

    public static void Record(EntityDelta delta, UnfoldedChange change)
    {
        delta.Touch(change.At, change.After);
        var number = InstanceRow.NumberOf(change.Number, 0);
        if (change.HasHead)
        {
            if (change.IsCreation) delta.SetDeletedAt(InstanceRow.None);
            if (change.After is null) delta.SetDeletedAt(change.At);
            RecordScopes(delta, change, ref number);
        }

        foreach (var attribute in change.Attributes)
        {
            var name = Names.Intern(attribute.Name);
            var dataset = attribute.DatasetId ?? "";
            var isDeleted = attribute.Kind == AttributeChangeKind.Deleted;
            var image = isDeleted ? change.Before : change.After;
            if (image is null || !image.Attributes.TryFind(name, Encoding.UTF8.GetBytes(dataset), out var instance)) continue;
            delta.At(name, dataset).Added.Add(isDeleted ? Deletion(number++, instance, change.At) : InstanceRow.Of(number++, instance));
        }
    }

    private static InstanceRow Deletion(long number, in PackedAttribute deleted, long at)
    {
        var shape = new PackedInstances();
        shape.Begin([]);
        shape.AddDeletion(deleted);
        var row = InstanceRow.Of(number, shape.ToEntity().Attributes.First);
        row.CreatedAt = InstanceRow.Shown(deleted.CreatedAtTicks);
        row.ModifiedAt = row.DeletedAt = InstanceRow.Shown(at);
        row.DeletedDecimals = SystemDecimals;
        return row;
    }

    // "In case the Temporal Evolution of the Scope is updated as the result of a change from the Core API, the observedAt
    // sub-Property should be set as a copy of the modifiedAt sub-Property" (4.5.6).
    private static void RecordScopes(EntityDelta delta, UnfoldedChange change, ref long number)
    {
        if (UnfoldedChange.SameScopes(change.Before, change.After)) return;
        var hasScopes = change.After?.ScopeCount > 0;
        var at = InstanceRow.Shown(change.At);
        var name = Names.Intern(TemporalEntity.Scope);
        var property = new PackedInstances();
        property.Begin([]);
        property.AddProperty(name, hasScopes ? Json(change.After!) : NgsiLdNull.Json);
        var row = InstanceRow.Of(number++, property.ToEntity().Attributes.First);
        row.CreatedAt = InstanceRow.Shown((change.After ?? change.Before!).CreatedAtTicks);
        row.ModifiedAt = at;
        (row.ObservedAt, row.ObservedDecimals) = (at, SystemDecimals);
        if (!hasScopes) (row.DeletedAt, row.DeletedDecimals) = (at, SystemDecimals);
        delta.At(name, "").Added.Add(row);
    }

    private static byte[] Json(PackedEntity entity)
    {
        if (entity is { ScopeCount: 1, ScopeIsArray: false }) return JsonSerializer.SerializeToUtf8Bytes(entity.ScopeAt(0));
        return JsonSerializer.SerializeToUtf8Bytes(Enumerable.Range(0, entity.ScopeCount).Select(entity.ScopeAt));
    }
}
