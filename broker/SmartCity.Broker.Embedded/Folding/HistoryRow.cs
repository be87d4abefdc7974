using System.Text;
using SmartCity.Broker.Embedded.Memory;
using SmartCity.Broker.Embedded.Naming;
using SmartCity.Broker.Embedded.Writing;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Embedded.Folding;

/// <summary>
/// One state of an Attribute instance, or the making, changing or deletion of an Entity itself, on its way into the history.
/// </summary>
/// <param name="Entity">Hash of tenant and id.</param>
/// <param name="Attribute">The name's number in the file; <see cref="OfEntity"/> for the Entity itself.</param>
/// <param name="At">UTC ticks.</param>
/// <param name="N">Number of the change and of the row within it: unique, and the same each time.</param>
internal readonly record struct HistoryRow(long Entity, int Attribute, long At, long N) : IComparable<HistoryRow>
{
    /// <summary>Stands for the Entity where an Attribute's name would: its id, types and scopes.</summary>
    public const int OfEntity = -1;

    private static readonly IReadOnlySet<string> NoNames = new HashSet<string>();

    private AttributeChangeKind Change { get; init; }

    private Name Name { get; init; }

    private string? DatasetId { get; init; }

    public required PackedEntity Image { get; init; }

    private int Tenant { get; init; }

    public static long HashOf(int tenant, ReadOnlySpan<byte> id) =>
        (long)Hashing.Of(id, Hashing.DurableSeed + (ulong)tenant * 0x9FB21C651E98DF25);

    public static void Add(List<HistoryRow> rows, int tenant, long number, EntityChange change, NameTable names)
    {
        var image = change.After ?? change.Before;
        if (image is null) return;
        var entity = HashOf(tenant, image.IdUtf8);
        var at = change.At.UtcTicks;
        var n = number << 16;
        if (change.IsCreation || change.IsDeletion || !SameHead(change.Before!, change.After!))
        {
            var kind = change.IsCreation ? AttributeChangeKind.Created
                : change.IsDeletion ? AttributeChangeKind.Deleted : AttributeChangeKind.Updated;
            rows.Add(new(entity, OfEntity, at, n++) { Change = kind, Image = image, Tenant = tenant });
        }

        foreach (var attribute in change.Attributes)
        {
            if (attribute.Kind == AttributeChangeKind.Rewritten) continue;
            var state = attribute.Kind == AttributeChangeKind.Deleted ? change.Before : change.After;
            if (state is null) continue;
            var name = Names.Intern(attribute.Name);
            rows.Add(new(entity, names.ToFile(name), at, n++)
            {
                Change = attribute.Kind,
                Name = name,
                DatasetId = attribute.DatasetId,
                Image = state,
            });
        }
    }

    public int CompareTo(HistoryRow other)
    {
        var order = Entity.CompareTo(other.Entity);
        if (order == 0) order = Attribute.CompareTo(other.Attribute);
        if (order == 0) order = At.CompareTo(other.At);
        return order == 0 ? N.CompareTo(other.N) : order;
    }

    public void Write(WriterStatements statements, long run, NameTable names)
    {
        var insert = statements["INSERT OR REPLACE INTO history VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"];
        insert.Bind(1, run).Bind(2, Entity).Bind(3, Attribute).Bind(4, At).Bind(5, N).Bind(6, (long)Change);
        for (var column = 7; column <= 12; column++) insert.BindNull(column);
        if (Attribute == OfEntity)
        {
            insert.Bind(12, names.ToFile(Image.Only(NoNames)));
            statements["INSERT OR IGNORE INTO history_entity VALUES(?, ?, ?)"]
                .Bind(1, Entity).Bind(2, Tenant).BindText(3, Image.IdUtf8).Run();
        }
        else if (Image.Attributes.TryFind(Name, Encoding.UTF8.GetBytes(DatasetId ?? ""), out var instance))
        {
            insert.Bind(7, (long)instance.Kind).Bind(8, DatasetId);
            if (!instance.ObservedAt.IsEmpty) insert.BindText(9, instance.ObservedAt);
            if (IndexKeys.TryNumber(instance, out var number)) insert.Bind(10, number);
            // Also of a number, since 1.0 is not to come back as 1.
            insert.BindText(11, instance.Value);
            if (HasMore(instance)) insert.Bind(12, names.ToFile(Image.Only(new HashSet<string> { Name.Iri })));
        }

        insert.Run();
    }

    /// <summary>Whether there are members for which the table has no column.</summary>
    private static bool HasMore(in PackedAttribute instance) =>
        !instance.UnitCode.IsEmpty || instance.ValueType is not null || instance.ObjectTypeCount > 0
        || !instance.SubAttributes.IsEmpty || instance.ExpiresAtTicks != long.MaxValue;

    private static bool SameHead(PackedEntity before, PackedEntity after)
    {
        if (before.TypeCount != after.TypeCount || before.ScopeCount != after.ScopeCount) return false;
        for (var i = 0; i < before.TypeCount; i++)
        {
            if (before.TypeAt(i) != after.TypeAt(i)) return false;
        }

        for (var i = 0; i < before.ScopeCount; i++)
        {
            if (!before.ScopeUtf8At(i).SequenceEqual(after.ScopeUtf8At(i))) return false;
        }

        return true;
    }
}
