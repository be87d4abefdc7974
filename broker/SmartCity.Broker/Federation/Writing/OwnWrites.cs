using SmartCity.Broker.Entities;
using SmartCity.Broker.Entities.Decisions;
using SmartCity.NgsiLd;

namespace SmartCity.Broker.Federation.Writing;

/// <summary>A write as one of this broker's own operations.</summary>
internal static class OwnWrites
{
    public static ValueTask<Result<WriteOutcome>> WriteAsync(
        this IEntityOperations own, Call call, SourceWrite write, CancellationToken cancellation)
    {
        var (id, guard) = (write.EntityId, write.Guard);
        return write.Kind switch
        {
            SourceWriteKind.Create => own.CreateAsync(call, write.Entity!, cancellation),
            SourceWriteKind.Replace => own.ReplaceAsync(call, id, guard, write.Entity!, cancellation),
            SourceWriteKind.Merge => own.MergeAsync(call, id, guard, write.Entity!, write.Merge, cancellation),
            SourceWriteKind.Append => own.AppendAsync(call, id, guard, write.Entity!, write.NoOverwrite, cancellation),
            SourceWriteKind.Update => own.UpdateAsync(call, id, guard, write.Entity!, cancellation),
            SourceWriteKind.Delete => own.DeleteAsync(call, id, guard, cancellation),
            SourceWriteKind.PartialUpdateAttribute =>
                own.PartialUpdateAttributeAsync(call, id, guard, write.AttributeName!, write.Instances, cancellation),
            SourceWriteKind.ReplaceAttribute =>
                own.ReplaceAttributeAsync(call, id, guard, write.AttributeName!, write.Instances, cancellation),
            SourceWriteKind.DeleteAttribute =>
                own.DeleteAttributeAsync(call, id, guard, write.AttributeName!, write.DatasetId, write.All, cancellation),
            _ => throw new ArgumentOutOfRangeException(nameof(write), write.Kind, null),
        };
    }

    /// <summary>What is wrong with a write wherever it is made; null where nothing is.</summary>
    public static NgsiLdError? Refuse(SourceWrite write)
    {
        if (EntityMembers.RefuseOtherId(write.EntityId, write.Entity) is { } other) return other;
        if (write.Kind == SourceWriteKind.Append) return AttributesAppend.Refuse(write.Entity!);
        if (write.AttributeName is not { } name) return null;
        return write.Kind == SourceWriteKind.DeleteAttribute && EntityMembers.IsScope(name) ? null : EntityMembers.RefuseAsAttribute(name);
    }
}
