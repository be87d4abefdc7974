using SmartCity.Broker.Embedded.History.Blocks;
using SmartCity.Broker.Embedded.History.Reading;
using SmartCity.Broker.Embedded.History.Tables;
using SmartCity.Broker.Embedded.History.Unfolded;
using SmartCity.Broker.Embedded.Naming;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Embedded.History;

/// <summary>What a write into an evolution that is there comes to (ETSI GS CIM 009 5.6.12 - 5.6.16).</summary>
internal sealed class WriteDecision(EvolutionView evolution, HistorySnapshot snapshot, NameTable names, uint storeId)
{
    public Result<UnfoldedWrite> Decide(TemporalWrite write) => write switch
    {
        TemporalAppend append => UnfoldedWrite.Adding(append.Entity),
        TemporalAttributeDeletion deletion => Delete(deletion),
        TemporalReplacement replacement => Replace(replacement),
        TemporalInstanceDeletion deletion => Delete(deletion),
        TemporalDeletion => new UnfoldedWrite(WriteKind.DeleteEvolution, write.EntityId),
        _ => throw new ArgumentOutOfRangeException(nameof(write)),
    };

    private Result<UnfoldedWrite> Delete(TemporalAttributeDeletion deletion)
    {
        foreach (var series in evolution.Series)
        {
            if (series.Attribute.Iri != deletion.Attribute) continue;
            if (!deletion.All && series.Dataset != (deletion.DatasetId ?? "")) continue;
            return new UnfoldedWrite(WriteKind.DeleteAttribute, deletion.EntityId)
            {
                Attribute = series.Attribute,
                DatasetId = deletion.DatasetId,
                All = deletion.All,
            };
        }

        return NoAttribute(deletion.EntityId, deletion.Attribute);
    }

    private Result<UnfoldedWrite> Replace(TemporalReplacement replacement)
    {
        if (!Find(replacement.EntityId, replacement.Attribute, replacement.Id).TryGet(out var found, out var error)) return error;
        return UnfoldedWrite.Replacing(
            replacement.EntityId, found.Series.Attribute, found.Series.Dataset, found.Row.Number, found.Row.CreatedAt, replacement.Instance);
    }

    private Result<UnfoldedWrite> Delete(TemporalInstanceDeletion deletion)
    {
        if (!Find(deletion.EntityId, deletion.Attribute, deletion.Id).TryGet(out var found, out var error)) return error;
        return new UnfoldedWrite(WriteKind.DeleteInstance, deletion.EntityId)
        {
            Attribute = found.Series.Attribute,
            DatasetId = found.Series.Dataset,
            Instance = found.Row.Number,
        };
    }

    private Result<(SeriesView Series, InstanceRow Row)> Find(string entityId, string attribute, InstanceId id)
    {
        var isThere = false;
        foreach (var series in evolution.Series)
        {
            if (series.Attribute.Iri != attribute) continue;
            isThere = true;
            if (id.Store == storeId && Find(series, id.Number) is { } row) return (series, row);
        }

        return isThere
            ? NgsiLdError.NotFound($"The Attribute {attribute} of the Entity {entityId} has no instance {id}.")
            : NoAttribute(entityId, attribute);
    }

    private InstanceRow? Find(SeriesView series, long number)
    {
        foreach (var row in series.Delta?.Added ?? [])
        {
            if (row.Number == number) return row;
        }

        if (series.Folded is null || series.Delta?.Removed.Contains(number) == true) return null;
        foreach (var block in snapshot.Tables.BlocksWith(series.Folded.Id, number, snapshot.Runs))
        {
            foreach (var row in snapshot.Rows(block, names))
            {
                if (row.Number == number) return row;
            }
        }

        return null;
    }

    private static NgsiLdError NoAttribute(string entityId, string attribute) =>
        NgsiLdError.NotFound($"The temporal evolution of the Entity {entityId} has no such Attribute: {attribute}.");
}
