namespace SmartCity.Adapters.Delivery;

internal enum DeliveryState
{
    /// <summary>The broker has it.</summary>
    Delivered,

    /// <summary>It will never get in as it is; it is kept as a dead letter.</summary>
    Rejected,

    /// <summary>The adapter was stopped before the broker answered: the source must offer it again.</summary>
    Abandoned,
}

/// <summary>How the way of a message, or of one Entity of it, has ended.</summary>
internal sealed record DeliveryResult(DeliveryState State, string? Reason = null)
{
    internal static readonly DeliveryResult Delivered = new(DeliveryState.Delivered);
    internal static readonly DeliveryResult Abandoned = new(DeliveryState.Abandoned);

    internal static DeliveryResult Rejected(string reason) => new(DeliveryState.Rejected, reason);

    /// <summary>Of a message: abandoned if anything was, else rejected if anything was.</summary>
    internal static DeliveryResult Combine(IReadOnlyCollection<DeliveryResult> results)
    {
        if (results.Any(r => r.State == DeliveryState.Abandoned)) return Abandoned;
        var reasons = results.Where(r => r.State == DeliveryState.Rejected).Select(r => r.Reason).Distinct().ToList();
        return reasons.Count > 0 ? Rejected(string.Join("; ", reasons)) : Delivered;
    }
}
