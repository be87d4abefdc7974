namespace SmartCity.Broker.Embedded.History.Unfolded;

/// <summary>Entries by Entity, in the order in which Entities first appeared. Not safe by itself.</summary>
internal sealed class Generation
{
    private readonly Dictionary<(int Tenant, string Id), List<UnfoldedEntry>> _entries = [];

    public IReadOnlyCollection<KeyValuePair<(int Tenant, string Id), List<UnfoldedEntry>>> Entities => _entries;

    /// <summary>Number of the newest entry, or of the newest change that left none.</summary>
    public long UpTo { get; set; }

    public long Bytes { get; private set; }

    public bool IsEmpty => _entries.Count == 0;

    public void Add(int tenant, string id, UnfoldedEntry entry)
    {
        if (!_entries.TryGetValue((tenant, id), out var entries)) _entries[(tenant, id)] = entries = new(1);
        entries.Add(entry);
        Bytes += entry.Bytes;
    }

    public List<UnfoldedEntry>? Find(int tenant, string id) => _entries.GetValueOrDefault((tenant, id));
}
