using System.Text;
using SmartCity.Broker.Embedded.History.Blocks;
using SmartCity.Broker.Embedded.History.Loose;
using SmartCity.Broker.Embedded.Naming;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Embedded.History.Unfolded;

/// <summary>
/// What becomes of an evolution by what is not in blocks yet, loose or not folded at all: readers lay it over the blocks, and folding
/// makes it so.
/// </summary>
internal sealed class EntityDelta
{
    private const int MostUnindexed = 16;

    private readonly List<SeriesDelta> _series = [];
    private readonly List<Name> _types = [];
    private Dictionary<(Name Attribute, string Dataset), SeriesDelta>? _index;
    private HashSet<Name>? _droppedAttributes;

    /// <summary>The evolution that is folded, if any, is gone.</summary>
    public bool IsReset { get; private set; }

    /// <summary>Whether there is one in the end; null where that is as folded.</summary>
    public bool? IsThere { get; private set; }

    /// <summary>Whether some of what is folded is gone.</summary>
    public bool IsDestructive
    {
        get
        {
            if (IsReset || _droppedAttributes is not null) return true;
            foreach (var series in _series)
            {
                if (series.IsReset || series.Removed.Count > 0) return true;
            }

            return false;
        }
    }

    /// <summary>Types to add, in order.</summary>
    public IReadOnlyList<Name> Types => _types;

    /// <summary>When it began, if it is not folded; UTC ticks.</summary>
    public long CreatedAt { get; private set; } = InstanceRow.None;

    public long ModifiedAt { get; private set; } = InstanceRow.None;

    /// <summary>Whether <see cref="DeletedAt"/> says anything.</summary>
    public bool HasDeletedAt { get; private set; }

    /// <summary>When the Entity was deleted; <see cref="InstanceRow.None"/> where it is there again.</summary>
    public long DeletedAt { get; private set; } = InstanceRow.None;

    /// <summary>In the order in which they were first touched.</summary>
    public IReadOnlyList<SeriesDelta> Series => _series;

    /// <summary>Instances to add, of each series that has any.</summary>
    public IEnumerable<SeriesRows> Added
    {
        get
        {
            foreach (var series in _series)
            {
                if (series.Added.Count > 0) yield return new(series.Attribute, series.Dataset, series.Added);
            }
        }
    }

    /// <param name="loose">What is loose in the file, if anything is.</param>
    /// <param name="entries">Not folded, oldest first.</param>
    /// <param name="names">Of the file.</param>
    public static EntityDelta Of(ReadOnlySpan<byte> loose, IReadOnlyList<UnfoldedEntry> entries, NameTable names)
    {
        var delta = new EntityDelta();
        if (!loose.IsEmpty) LooseReader.Read(loose, names, delta);
        foreach (var entry in entries)
        {
            if (entry is UnfoldedChange change) ChangeRecording.Record(delta, change);
            else delta.Apply((UnfoldedWrite)entry);
        }

        return delta;
    }

    /// <summary>Null where nothing happened to it in particular.</summary>
    public SeriesDelta? Find(Name attribute, string dataset)
    {
        if (_index is not null) return _index.GetValueOrDefault((attribute, dataset));
        foreach (var series in _series)
        {
            if (series.Attribute == attribute && series.Dataset == dataset) return series;
        }

        return null;
    }

    /// <summary>Whether what is folded of a series is gone.</summary>
    public bool IsGone(Name attribute, string dataset) =>
        IsReset || _droppedAttributes?.Contains(attribute) == true || Find(attribute, dataset)?.IsReset == true;

    public SeriesDelta At(Name attribute, string dataset)
    {
        if (Find(attribute, dataset) is { } known) return known;
        var series = new SeriesDelta(attribute, dataset);
        _series.Add(series);
        if (_series.Count == MostUnindexed) _index = _series.ToDictionary(one => (one.Attribute, one.Dataset));
        else _index?.Add((attribute, dataset), series);
        return series;
    }

    /// <summary>There is an evolution from here on.</summary>
    public void Touch(long at, PackedEntity? typed)
    {
        IsThere = true;
        at = InstanceRow.Shown(at);
        if (CreatedAt == InstanceRow.None) CreatedAt = at;
        ModifiedAt = at;
        for (var i = 0; i < (typed?.TypeCount ?? 0); i++)
        {
            if (!_types.Contains(typed!.TypeAt(i))) _types.Add(typed.TypeAt(i));
        }
    }

    public void SetDeletedAt(long at) => (HasDeletedAt, DeletedAt) = (true, at == InstanceRow.None ? at : InstanceRow.Shown(at));

    private void Apply(UnfoldedWrite write)
    {
        var dataset = write.DatasetId ?? "";
        switch (write.Kind)
        {
            case WriteKind.Add or WriteKind.Copy:
                Touch(write.At, write.Content);
                if (write.Kind == WriteKind.Copy) KeepTimes(write);
                Add(write, write.Number << InstanceRow.PlaceBits, InstanceRow.Shown(write.At));
                break;
            case WriteKind.DeleteEvolution:
                Reset();
                break;
            case WriteKind.DeleteAttribute when write.All:
                Modify(write.At);
                (_droppedAttributes ??= []).Add(write.Attribute);
                foreach (var series in _series)
                {
                    if (series.Attribute == write.Attribute) series.Reset();
                }

                break;
            case WriteKind.DeleteAttribute:
                Modify(write.At);
                At(write.Attribute, dataset).Reset();
                break;
            default:
                Modify(write.At);
                At(write.Attribute, dataset).Remove(write.Instance);
                if (write.Kind == WriteKind.Replace) Add(write, write.Instance, write.CreatedAt);
                break;
        }
    }

    private void KeepTimes(UnfoldedWrite copy)
    {
        var content = copy.Content!;
        // What an older version has logged has none.
        if (content.CreatedAtTicks == 0) return;
        (CreatedAt, ModifiedAt) = (InstanceRow.Shown(content.CreatedAtTicks), InstanceRow.Shown(content.ModifiedAtTicks));
    }

    private void Modify(long at) => ModifiedAt = InstanceRow.Shown(at);

    private void Reset()
    {
        _series.Clear();
        _index = null;
        _types.Clear();
        _droppedAttributes = null;
        (IsReset, IsThere) = (true, false);
        (CreatedAt, ModifiedAt, HasDeletedAt, DeletedAt) = (InstanceRow.None, InstanceRow.None, false, InstanceRow.None);
    }

    private void Add(UnfoldedWrite write, long number, long createdAt)
    {
        var modifiedAt = InstanceRow.Shown(write.At);
        var (place, deletion) = (0, 0);
        var last = (Name: default(Name), Dataset: "", Series: (SeriesDelta?)null);
        foreach (var attribute in write.Content!.Attributes)
        {
            if (last.Series is null || last.Name != attribute.Name || !IsOf(attribute, last.Dataset))
            {
                var dataset = Encoding.UTF8.GetString(attribute.DatasetId);
                last = (attribute.Name, dataset, At(attribute.Name, dataset));
            }

            var row = InstanceRow.Of(number + place, attribute);
            if (write.Kind != WriteKind.Copy) (row.CreatedAt, row.ModifiedAt) = (createdAt, modifiedAt);
            if (deletion < write.Deletions.Length && write.Deletions[deletion].Index == place)
            {
                (row.DeletedAt, row.DeletedDecimals) = (write.Deletions[deletion].At, write.Deletions[deletion].Decimals);
                deletion++;
            }

            last.Series.Added.Add(row);
            place++;
        }

        // Behind all instances stands the deletion of the Entity itself.
        if (deletion < write.Deletions.Length) SetDeletedAt(write.Deletions[deletion].At);
    }

    private static bool IsOf(in PackedAttribute attribute, string dataset) =>
        attribute.DatasetId.IsEmpty ? dataset.Length == 0 : Encoding.UTF8.GetString(attribute.DatasetId) == dataset;
}
