using SmartCity.Broker.Storage;

namespace SmartCity.Broker.Embedded.Log;

/// <summary>The change log as readers see it: its tail in memory, and the file behind it.</summary>
internal sealed class ChangeLog(LogTail tail, LogFile file) : IChangeLog
{
    private long _released;

    public long Head => tail.Head;

    /// <summary>Changes up to this number nobody needs.</summary>
    public long Released => Volatile.Read(ref _released);

    public async ValueTask<int> ReadAsync(long after, Memory<LoggedChange> buffer, CancellationToken cancellation)
    {
        if (buffer.IsEmpty) throw new ArgumentException("The buffer has no room.", nameof(buffer));
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var count = tail.Read(after, buffer.Span);
            // What the tail no longer has is in the file, or was released, and then the tail's own is next.
            if (count < 0 && (count = file.Read(after, buffer.Span)) == 0) after = Math.Max(after, tail.Gone);
            if (count > 0) return count;
            if (count == 0) await tail.WaitAsync(after).WaitAsync(cancellation);
        }
    }

    public void Release(long upTo)
    {
        upTo = Math.Min(upTo, tail.Head);
        if (upTo <= Released) return;
        Volatile.Write(ref _released, upTo);
        tail.Forget(upTo);
    }
}
