namespace SmartCity.Adapters.Delivery;

/// <summary>Where the Entities go.</summary>
/// <param name="Url">The broker's base, such as http://localhost:1026.</param>
/// <param name="Tenant">NGSILD-Tenant (ETSI GS CIM 009 6.3.14), or null for the default one.</param>
/// <param name="Context">How terms are resolved.</param>
internal sealed record BrokerSettings(Uri Url, string? Tenant, ContextChoice Context)
{
    internal Uri UpsertUrl => new($"{Url.ToString().TrimEnd('/')}/ngsi-ld/v1/entityOperations/upsert?options=update");
}

/// <summary>
/// The @context of a city: by Link header (ETSI GS CIM 009 6.3.5), or in each Entity, or neither: the core context alone.
/// </summary>
/// <param name="Link">The URL for the Link header.</param>
/// <param name="Body">JSON for the @context member.</param>
internal sealed record ContextChoice(string? Link, byte[]? Body)
{
    internal static readonly ContextChoice Core = new(null, null);
}

/// <summary>How many Entities travel together.</summary>
internal sealed record BatchSettings
{
    /// <summary>Entities in one request; brokers commonly take up to 1000.</summary>
    internal int Size { get; init; } = 500;

    /// <summary>How long the first Entity of a batch waits for company.</summary>
    internal TimeSpan Wait { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Entities that may wait before the source has to.</summary>
    internal int Queue { get; init; } = 10_000;

    /// <summary>Bytes in one request, in case Entities are large.</summary>
    internal const int MaxBytes = 1_000_000;
}
