using SmartCity.Broker.Embedded.Memory;
using SmartCity.Broker.Embedded.Naming;
using SmartCity.Broker.Embedded.Sqlite;
using SmartCity.Broker.Storage;

namespace SmartCity.Broker.Embedded.Log;

/// <summary>The change log in the file, for readers that come back after the tail in memory has moved on.</summary>
internal sealed class LogFile(SqliteConnection connection, NameTable names, Tenants tenants) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SqliteStatement _from = connection.Prepare(
        """
        SELECT first, count, changes FROM change_log
        WHERE first >= coalesce((SELECT max(first) FROM change_log WHERE first <= ?1), 0) AND first + count > ?1
        ORDER BY first LIMIT 1
        """);

    // The group read last: readers mostly go on where they stopped.
    private readonly List<LoggedChange> _group = [];

    /// <summary>Copies changes after a number from one group.</summary>
    /// <returns>How many; 0 where the file has none.</returns>
    public int Read(long after, Span<LoggedChange> buffer)
    {
        lock (_lock)
        {
            if (!Covers(after + 1)) Load(after + 1);
            if (_group.Count == 0) return 0;
            var start = (int)Math.Max(0, after + 1 - _group[0].Number);
            var count = Math.Min(buffer.Length, _group.Count - start);
            for (var i = 0; i < count; i++) buffer[i] = _group[start + i];
            return count;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _from.Dispose();
            connection.Dispose();
        }
    }

    private bool Covers(long number) =>
        _group.Count > 0 && number >= _group[0].Number && number <= _group[^1].Number;

    private void Load(long number)
    {
        _group.Clear();
        _from.Bind(1, number);
        try
        {
            if (!_from.Step()) return;
            var next = _from.Int64(0);
            var decoder = new GroupDecoder(_from.Blob(2), names);
            while (decoder.TryRead(out var tenant, out var change))
            {
                _group.Add(new(next++, tenants.Find(tenant)?.Name ?? "", change));
            }
        }
        finally
        {
            _from.Reset();
        }
    }
}
