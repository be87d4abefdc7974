using System.Collections.Immutable;
using System.Runtime.InteropServices;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Embedded.Writing;

/// <summary>One call's writes on their way through the writer.</summary>
internal sealed class CommitJob(string tenant, ImmutableArray<EntityWrite> writes) : WriterJob
{
    private readonly TaskCompletionSource<ImmutableArray<Result<EntityChange>>> _done =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly Result<EntityChange>[] _results = new Result<EntityChange>[writes.Length];

    public string Tenant => tenant;

    public ImmutableArray<EntityWrite> Writes => writes;

    public Task<ImmutableArray<Result<EntityChange>>> Done => _done.Task;

    public void Decided(int index, Result<EntityChange> result) => _results[index] = result;

    public void Complete() => _done.TrySetResult(ImmutableCollectionsMarshal.AsImmutableArray(_results));

    /// <summary>The store could not keep the group.</summary>
    public void Refuse(NgsiLdError error)
    {
        Array.Fill(_results, error);
        Complete();
    }

    /// <summary>A decision has thrown: a bug that is its caller's alone.</summary>
    public override void Fail(Exception e) => _done.TrySetException(e);
}
