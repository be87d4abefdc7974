using System.Globalization;

namespace SmartCity.Broker.Storage;

/// <summary>
/// Where the content of a Snapshot is: under a tenant of its own, which no client can name. Spaces are numbered, so that the space
/// of a Snapshot that is gone serves another.
/// </summary>
public static class SnapshotSpace
{
    /// <summary>No tenant's name has it (ETSI GS CIM 009 6.3.14 leaves to the broker what a name may hold).</summary>
    private const char Separator = '#';

    public static string Of(string tenant, int number) => string.Create(CultureInfo.InvariantCulture, $"{tenant}{Separator}{number}");

    public static bool Is(string tenant) => tenant.Contains(Separator, StringComparison.Ordinal);

    /// <summary>The tenant that a Snapshot's space belongs to; any other tenant itself.</summary>
    public static string TenantOf(string tenant) => tenant.IndexOf(Separator) is >= 0 and var end ? tenant[..end] : tenant;
}
