using SmartCity.Broker.Embedded.History.Unfolded;
using SmartCity.NgsiLd;

namespace SmartCity.Broker.Embedded.Writing;

/// <summary>A write into the history on its way through the writer. It was decided on what a reader saw.</summary>
/// <param name="tenant">Whose it is.</param>
/// <param name="write">What was decided.</param>
/// <param name="asOf">Number of the newest change or write when it was decided.</param>
/// <param name="sawEvolution">Whether there was an evolution.</param>
internal sealed class HistoryJob(string tenant, UnfoldedWrite write, long asOf, bool sawEvolution) : WriterJob
{
    private readonly TaskCompletionSource<Result<bool>> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Tenant => tenant;

    public UnfoldedWrite Write => write;

    public long AsOf => asOf;

    public bool SawEvolution => sawEvolution;

    /// <summary>False where meanwhile something has happened that may change the decision.</summary>
    public Task<Result<bool>> Done => _done.Task;

    public void Complete(bool isKept) => _done.TrySetResult(isKept);

    /// <summary>The store could not keep it.</summary>
    public void Refuse(NgsiLdError error) => _done.TrySetResult(error);

    public override void Fail(Exception e) => _done.TrySetException(e);
}
