using SmartCity.Adapters.Mapping;

namespace SmartCity.Adapters.Delivery;

/// <summary>An Entity on its way, with the promise to tell its source how it ended.</summary>
internal sealed class PendingEntity(MappedEntity entity)
{
    private readonly TaskCompletionSource<DeliveryResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal MappedEntity Entity { get; } = entity;

    internal Task<DeliveryResult> Result => _result.Task;

    internal void Complete(DeliveryResult result) => _result.TrySetResult(result);
}
