using SmartCity.Broker.Embedded.History.Blocks;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Embedded.History.Unfolded;

/// <summary>What becomes of one series by what is not in blocks yet.</summary>
/// <param name="attribute">Its name.</param>
/// <param name="dataset">Empty for the default instance.</param>
internal sealed class SeriesDelta(Name attribute, string dataset)
{
    private static readonly HashSet<long> None = [];

    private HashSet<long>? _removed;

    public Name Attribute => attribute;

    public string Dataset => dataset;

    /// <summary>Nothing of what is in blocks is left.</summary>
    public bool IsReset { get; private set; }

    /// <summary>Numbers of instances in blocks that are gone.</summary>
    public HashSet<long> Removed => _removed ?? None;

    // Most Entities have one of most series.
    public List<InstanceRow> Added { get; } = new(1);

    public void Reset()
    {
        IsReset = true;
        _removed = null;
        Added.Clear();
    }

    public void Remove(long number)
    {
        for (var i = Added.Count - 1; i >= 0; i--)
        {
            if (Added[i].Number != number) continue;
            Added.RemoveAt(i);
            return;
        }

        (_removed ??= []).Add(number);
    }
}
