using SmartCity.Broker.Storage;

namespace SmartCity.Broker.Contexts;

/// <summary>An @context that the broker serves, in memory.</summary>
internal sealed record KeptContext(StoredContext Stored, ContextSource Source)
{
    public string Id => Stored.Id;

    /// <summary>When it was used last, or else made.</summary>
    public DateTimeOffset Touched => Source.LastUsage ?? Stored.CreatedAt;
}
