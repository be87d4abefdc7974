using System.Collections.Immutable;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Embedded.History.Unfolded;

/// <summary>Something durable that the history's file does not have yet.</summary>
/// <param name="Number">Its place in the log, among changes and writes.</param>
/// <param name="At">UTC ticks.</param>
internal abstract record UnfoldedEntry(long Number, long At)
{
    /// <summary>About what it keeps in memory.</summary>
    public abstract int Bytes { get; }
}

/// <summary>A change of a current Entity, without what the history does not need of it.</summary>
internal sealed record UnfoldedChange(
    long Number, long At, PackedEntity? Before, PackedEntity? After, ImmutableArray<AttributeChange> Attributes, bool IsCreation, bool HasHead)
    : UnfoldedEntry(Number, At)
{
    public override int Bytes => 200 + 40 * Attributes.Length + (After?.Bytes.Length ?? 0) + (Before?.Bytes.Length ?? 0);

    /// <summary>Null where it is no history: what is written as it was, or touched only.</summary>
    public static UnfoldedChange? Of(long number, EntityChange change)
    {
        var hasHead = change.IsCreation || change.IsDeletion || !SameHead(change.Before!, change.After!);
        var (recorded, deleted) = (0, 0);
        foreach (var attribute in change.Attributes)
        {
            if (attribute.Kind != AttributeChangeKind.Rewritten) recorded++;
            if (attribute.Kind == AttributeChangeKind.Deleted) deleted++;
        }

        // An Entity that comes or goes with nothing but what is as it was is a copy: its history, if any, is copied, too.
        var isCopy = (change.IsCreation || change.IsDeletion) && change.Attributes.Length > 0;
        if (recorded == 0 && (!hasHead || isCopy)) return null;
        var attributes = recorded == change.Attributes.Length
            ? change.Attributes : change.Attributes.RemoveAll(attribute => attribute.Kind == AttributeChangeKind.Rewritten);
        var before = deleted > 0 || hasHead ? change.Before : null;
        return new(number, change.At.UtcTicks, before, change.After, attributes, change.IsCreation, hasHead);
    }

    public static bool SameScopes(PackedEntity? a, PackedEntity? b)
    {
        var count = a?.ScopeCount ?? 0;
        if (count != (b?.ScopeCount ?? 0) || (count > 0 && a!.ScopeIsArray != b!.ScopeIsArray)) return false;
        for (var i = 0; i < count; i++)
        {
            if (!a!.ScopeUtf8At(i).SequenceEqual(b!.ScopeUtf8At(i))) return false;
        }

        return true;
    }

    private static bool SameHead(PackedEntity before, PackedEntity after)
    {
        if (before.TypeCount != after.TypeCount) return false;
        for (var i = 0; i < before.TypeCount; i++)
        {
            if (before.TypeAt(i) != after.TypeAt(i)) return false;
        }

        return SameScopes(before, after);
    }
}
