using SmartCity.Broker.Storage;

namespace SmartCity.Broker.Embedded.Log;

/// <summary>
/// The newest changes, for those who read along. A reader that falls behind goes on in the file. Their numbers ascend with gaps.
/// </summary>
internal sealed class LogTail(int capacity)
{
    private readonly Lock _lock = new();
    private LoggedChange[] _ring = new LoggedChange[Math.Min(capacity, 256)];

    // Places are counted from the process's start on; those from _start to _end are kept.
    private long _start;
    private long _end;

    // Number of the newest change that is no longer kept.
    private long _gone;
    private long _head;
    private TaskCompletionSource? _waiting;

    /// <summary>Number of the newest change.</summary>
    public long Head => Volatile.Read(ref _head);

    /// <summary>Readers that have read up to here find everything else in the tail.</summary>
    public long Gone
    {
        get
        {
            lock (_lock) return _gone;
        }
    }

    /// <summary>What the file holds already when the store opens.</summary>
    public void StartAt(long head) => _head = _gone = head;

    public void Append(ReadOnlySpan<LoggedChange> changes)
    {
        if (changes.IsEmpty) return;
        TaskCompletionSource? waiting;
        lock (_lock)
        {
            foreach (var change in changes)
            {
                if (_end - _start == _ring.Length && _ring.Length < capacity) Grow();
                if (_end - _start == _ring.Length) _gone = At(_start++).Number;
                At(_end++) = change;
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
            if (after < _gone) return -1;
            var first = FirstAfter(after);
            var count = (int)Math.Min(buffer.Length, _end - first);
            for (var i = 0; i < count; i++) buffer[i] = At(first + i);
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
            for (; _start < _end && At(_start).Number <= upTo; _start++)
            {
                _gone = At(_start).Number;
                At(_start) = default;
            }
        }
    }

    private ref LoggedChange At(long place) => ref _ring[place % _ring.Length];

    private long FirstAfter(long number)
    {
        var (low, high) = (_start, _end);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (At(middle).Number <= number) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private void Grow()
    {
        var larger = new LoggedChange[Math.Min(capacity, _ring.Length * 4)];
        for (var place = _start; place < _end; place++) larger[place % larger.Length] = At(place);
        _ring = larger;
    }
}
