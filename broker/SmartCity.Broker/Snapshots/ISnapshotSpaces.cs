using SmartCity.NgsiLd;

namespace SmartCity.Broker.Snapshots;

/// <summary>From Snapshots to where their content is, and back.</summary>
public interface ISnapshotSpaces
{
    /// <summary>
    /// The tenant under which the content is, for one operation on it (ETSI GS CIM 009 5.5.15). ResourceNotFound where there is no such
    /// Snapshot, BadRequestData where it is no URI, Conflict while it is prepared.
    /// </summary>
    Result<string> Use(string tenant, string id);

    /// <summary>The id of the Snapshot whose content is under a tenant; null for other tenants.</summary>
    string? SnapshotOf(string space);
}
