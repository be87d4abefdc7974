namespace SmartCity.Broker.EntityMaps;

/// <summary>
/// How long EntityMaps live and how much they may take (ETSI GS CIM 009 4.5.25): those that clients ask for, and those by which
/// ordered queries are paged. Each is a setting of the same name under <c>EntityMaps</c>.
/// </summary>
public sealed record EntityMapSettings
{
    public static EntityMapSettings Default { get; } = new();

    /// <summary>How long an EntityMap lives where nobody says; one for paging lives that long after its last use. Default 5 minutes.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long an EntityMap may live where a client says. Default 1 hour.</summary>
    public TimeSpan LongestLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>EntityMaps at the same time; beyond this the one that was used least recently goes. Default 1000.</summary>
    public int Maps { get; init; } = 1000;

    /// <summary>
    /// Bytes of all EntityMaps: eight for each Entity of each, and its id and some more where Context Sources have a part of it; beyond
    /// this the one that was used least recently goes. Default 64 MiB.
    /// </summary>
    public long Bytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Entities that one EntityMap holds, and that one query orders; more are TooManyResults. Default 1 000 000.</summary>
    public int Entities { get; init; } = 1_000_000;
}
