using SmartCity.Broker.Storage;

namespace SmartCity.Broker.Embedded.Log;

/// <summary>
/// The newest changes, for those who read along. A reader that falls behind goes on in the file.
/// </summary>
internal sealed class LogTail(int capacity)
{
    private readonly Lock _lock = new();
    private LoggedChange[] _ring = new LoggedChange[Math.Min(capacity, 256)];
    private long _first = 1;
    private long _head;
    private TaskCompletionSource? _waiting;

    /// <summary>Number of the newest change.</summary>
    public long Head => Volatile.Read(ref _head);

    /// <summary>Number of the oldest change that is kept here.</summary>
    public long First
    {
        get
        {
            lock (_lock) return _first;
        }
    }

    /// <summary>What the file holds already when the store opens.</summary>
    public void StartAt(long head)
    {
        _head = head;
        _first = head + 1;
    }

    public void Append(ReadOnlySpan<LoggedChange> changes)
    {
        if (changes.IsEmpty) return;
        TaskCompletionSource? waiting;
        lock (_lock)
        {
            foreach (var change in changes)
            {
                var count = change.Number - _first;
                if (count == _ring.Length && count < capacity) Grow(change.Number);
                if (change.Number - _first == _ring.Length) _first++;
                _ring[change.Number % _ring.Length] = change;
            }

            Volatile.Write(ref _head, changes[^1].Number);
            (waiting, _waiting) = (_waiting, null);
        }

        waiting?.TrySetResult();
    }

    /// <summary>Copies changes after a number.</summary>
    /// <returns>How many; 0 where there are none yet; -1 where they are no longer here.</returns>
    public int Read(long after, Span<LoggedChange> buffer)
    {
        lock (_lock)
        {
            if (after >= _head) return 0;
            if (after + 1 < _first) return -1;
            var count = (int)Math.Min(buffer.Length, _head - after);
            for (var i = 0; i < count; i++) buffer[i] = _ring[(after + 1 + i) % _ring.Length];
            return count;
        }
    }

    /// <summary>Completes when there is a change after a number.</summary>
    public Task WaitAsync(long after)
    {
        lock (_lock)
        {
            if (after < _head) return Task.CompletedTask;
            _waiting ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _waiting.Task;
        }
    }

    /// <summary>Lets go of changes that nobody will ask for.</summary>
    public void Forget(long upTo)
    {
        lock (_lock)
        {
            for (var end = Math.Min(upTo, _head); _first <= end; _first++) _ring[_first % _ring.Length] = default;
        }
    }

    private void Grow(long end)
    {
        var larger = new LoggedChange[Math.Min(capacity, _ring.Length * 4)];
        for (var number = _first; number < end; number++) larger[number % larger.Length] = _ring[number % _ring.Length];
        _ring = larger;
    }
}
