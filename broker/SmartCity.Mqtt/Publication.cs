namespace SmartCity.Mqtt;

/// <summary>A message on its way out, completed by the broker's acknowledgement.</summary>
internal sealed class Publication(MqttMessage message)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal MqttMessage Message { get; } = message;

    internal Task Task => _done.Task;

    /// <summary>Claims the right to send. False where the caller has withdrawn the message meanwhile.</summary>
    internal bool TryTake() => Interlocked.CompareExchange(ref _state, 1, 0) == 0;

    private int _state;

    /// <summary>Withdraws the message unless it was sent already.</summary>
    internal void Cancel(CancellationToken cancellationToken)
    {
        Interlocked.CompareExchange(ref _state, 2, 0);
        _done.TrySetCanceled(cancellationToken);
    }

    internal void Complete() => _done.TrySetResult();

    internal void Fail(MqttException reason) => _done.TrySetException(reason);
}
