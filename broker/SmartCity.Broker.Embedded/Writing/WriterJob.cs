namespace SmartCity.Broker.Embedded.Writing;

/// <summary>Something that the writer does: Entity commits in groups, everything else one at a time.</summary>
internal abstract class WriterJob
{
    /// <summary>Something has gone wrong that whoever waits must know.</summary>
    public abstract void Fail(Exception e);
}

/// <summary>Work with a transaction of its own.</summary>
internal sealed class TransactionJob(Action<WriterStatements> work) : WriterJob
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the work is durable, or faults with what SQLite says.</summary>
    public Task Done => _done.Task;

    /// <summary>A tenant that comes into being with the work, if it is new; null for none.</summary>
    public string? Tenant { get; init; }

    /// <summary>After the commit, on the writer's thread, before <see cref="Done"/>.</summary>
    public Action? Committed { get; init; }

    /// <summary>May go beyond the size limit for a while, because it leads to less.</summary>
    public bool MakesRoom { get; init; }

    /// <summary>Needs no transaction, or none is possible: writing back the WAL.</summary>
    public bool IsBare { get; init; }

    /// <summary>
    /// Costs so little that it goes into the transaction of a group of commits, where one is at hand: it then needs no wait for
    /// the disk of its own. It has neither <see cref="Tenant"/> nor <see cref="Committed"/>.
    /// </summary>
    public bool JoinsCommits { get; init; }

    public void Run(WriterStatements statements) => work(statements);

    public void Complete() => _done.TrySetResult();

    public override void Fail(Exception e) => _done.TrySetException(e);
}
