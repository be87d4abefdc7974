using SmartCity.Broker.Entities;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Federation.Writing;

/// <summary>
/// How a source does its part of a batch with the operations that it offers (ETSI GS CIM 009 5.6.7.4 - 5.6.10.4, 5.6.20.4): as a batch, or
/// Entity by Entity.
/// </summary>
/// <param name="IsBatch">As a batch.</param>
/// <param name="First">What is asked of each Entity otherwise.</param>
internal sealed record BatchManner(bool IsBatch, SourceWriteKind First)
{
    /// <summary>Whether an Entity that is there already is to be changed: an upsert begins with a creation.</summary>
    public bool IsUpsert { get; private init; }

    /// <summary>How it is changed; null where the source offers nothing that would.</summary>
    public SourceWriteKind? Then { get; private init; }

    /// <summary>Null where the source offers nothing that would do.</summary>
    public static BatchManner? Of(BatchKind kind, ContextSourceOperations offered)
    {
        if ((offered & OperationOf(kind)) != 0) return new(IsBatch: true, default);
        return kind switch
        {
            BatchKind.Create => Single(SourceWriteKind.Create),
            BatchKind.UpsertReplace => Upsert(SourceWriteKind.Replace),
            BatchKind.UpsertUpdate => Upsert(SourceWriteKind.Update),
            BatchKind.Update => Single(SourceWriteKind.Update),
            BatchKind.UpdateNoOverwrite => Single(SourceWriteKind.Append),
            BatchKind.Merge => Single(SourceWriteKind.Merge),
            BatchKind.Delete => Single(SourceWriteKind.Delete),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };

        bool Offers(SourceWriteKind write) => (offered & WritePlan.OperationOf(write)) != 0;

        BatchManner? Single(SourceWriteKind write) => Offers(write) ? new(IsBatch: false, write) : null;

        BatchManner? Upsert(SourceWriteKind change) => Offers(SourceWriteKind.Create)
            ? new(IsBatch: false, SourceWriteKind.Create) { IsUpsert = true, Then = Offers(change) ? change : null }
            : Single(change);
    }

    /// <summary>ETSI GS CIM 009 4.20.</summary>
    public static ContextSourceOperations OperationOf(BatchKind kind) => kind switch
    {
        BatchKind.Create => ContextSourceOperations.CreateBatch,
        BatchKind.UpsertReplace or BatchKind.UpsertUpdate => ContextSourceOperations.UpsertBatch,
        BatchKind.Update or BatchKind.UpdateNoOverwrite => ContextSourceOperations.UpdateBatch,
        BatchKind.Merge => ContextSourceOperations.MergeBatch,
        BatchKind.Delete => ContextSourceOperations.DeleteBatch,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
