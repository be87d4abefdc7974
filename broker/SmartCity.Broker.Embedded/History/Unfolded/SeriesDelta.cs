using SmartCity.Broker.Embedded.History.Blocks;

namespace SmartCity.Broker.Embedded.History.Unfolded;

/// <summary>What becomes of one series by what is not folded yet.</summary>
internal sealed class SeriesDelta
{
    /// <summary>Nothing of what is folded is left.</summary>
    public bool IsReset { get; private set; }

    /// <summary>Numbers of folded instances that are gone.</summary>
    public HashSet<long> Removed { get; } = [];

    public List<InstanceRow> Added { get; } = [];

    public void Reset()
    {
        IsReset = true;
        Removed.Clear();
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

        Removed.Add(number);
    }
}
