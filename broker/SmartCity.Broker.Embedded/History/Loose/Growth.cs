namespace SmartCity.Broker.Embedded.History.Loose;

/// <summary>Decides which series of an evolution stay loose, and which have grown enough for blocks of their own.</summary>
internal sealed class Growth
{
    private readonly List<(SeriesRows Series, int Bytes)> _small = [];

    public List<SeriesRows> Loose { get; } = [];

    public List<SeriesRows> Grown { get; } = [];

    public void Split(IEnumerable<SeriesRows> all)
    {
        Loose.Clear();
        Grown.Clear();
        _small.Clear();
        var bytes = 0;
        foreach (var series in all)
        {
            if (series.Rows.Count > LooseForm.SeriesInstances)
            {
                Grown.Add(series);
                continue;
            }

            _small.Add((series, series.LooseBytes));
            bytes += _small[^1].Bytes;
        }

        if (bytes > LooseForm.RowBytes)
        {
            _small.Sort((a, b) => a.Bytes.CompareTo(b.Bytes));
            for (; bytes > LooseForm.RowBytes / 2; _small.RemoveAt(_small.Count - 1))
            {
                Grown.Add(_small[^1].Series);
                bytes -= _small[^1].Bytes;
            }
        }

        foreach (var (series, _) in _small) Loose.Add(series);
    }
}
