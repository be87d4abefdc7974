using System.Collections.Immutable;
using SmartCity.NgsiLd.Contexts;

namespace SmartCity.Broker;

/// <summary>
/// What a request says about itself, whatever the operation: made once at the edge, immutable, passed down.
/// </summary>
public sealed record Call
{
    /// <summary>
    /// The default tenant is the empty string (ETSI GS CIM 009 4.14). Of a request to a Snapshot it is the Snapshot's own: see
    /// <see cref="Storage.SnapshotSpace"/>.
    /// </summary>
    public string Tenant { get; init; } = "";

    /// <summary>The Snapshot that the request is about, which is then local (ETSI GS CIM 009 5.5.15); null for none.</summary>
    public string? Snapshot { get; init; }

    /// <summary>Expands names in the request and compacts those of the answer.</summary>
    public required Context Context { get; init; }

    /// <summary>Only this broker's own entities (ETSI GS CIM 009 6.3.18).</summary>
    public bool Local { get; init; }

    /// <summary>Context Sources that the request has already passed (ETSI GS CIM 009 6.3.18).</summary>
    public ImmutableArray<string> Via { get; init; } = [];

    /// <summary>
    /// The registration whose source has told of the Entities that are looked for, and is not asked for them (ETSI GS CIM 009 5.8.6); null for none.
    /// </summary>
    public string? Teller { get; init; }

    /// <summary>By which registrations a write was divided, to be looked at again as it is decided; null where it was not.</summary>
    public Registrations.RegistryStamp? Stamp { get; init; }

    /// <summary>
    /// Where the client has found this broker, such as <c>http://localhost:1026</c>; null where nobody needs to know.
    /// </summary>
    public string? Address { get; init; }

    /// <summary>
    /// The request's own headers, for sources that are to be told one of them (urn:ngsi-ld:request, ETSI GS CIM 009 4.3.6.5); null where there
    /// are none. Of what is not forwarded only a registration comes with them.
    /// </summary>
    public Func<string, string?>? Header { get; init; }
}
