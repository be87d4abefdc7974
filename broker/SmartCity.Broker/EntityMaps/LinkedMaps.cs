using System.Collections.Immutable;

namespace SmartCity.Broker.EntityMaps;

/// <summary>
/// The EntityMaps of Context Sources that an EntityMap of this broker relies on (ETSI GS CIM 009 4.5.25, linkedMaps), by registration: made
/// while it is, and followed when it is used (5.5.14). Safe to use by several requests at once.
/// </summary>
/// <param name="lifetime">How long the client wants them; null where it does not say.</param>
public sealed class LinkedMaps(TimeSpan? lifetime)
{
    private ImmutableSortedDictionary<string, LinkedMap> _links = ImmutableSortedDictionary.Create<string, LinkedMap>(StringComparer.Ordinal);

    internal TimeSpan? Lifetime { get; } = lifetime;

    /// <summary>Whether sources that have not given one are asked for it: only while the Entities are being found.</summary>
    internal bool AreWanted { get; private set; } = true;

    /// <summary>In the order of the registrations' ids.</summary>
    public IEnumerable<KeyValuePair<string, LinkedMap>> All => _links;

    public bool IsEmpty => _links.IsEmpty;

    internal long Bytes => _links.Sum(link => link.Value.Bytes + (link.Key.Length * sizeof(char)));

    /// <summary>Null where the source has given none.</summary>
    internal LinkedMap? Find(string registration) => _links.GetValueOrDefault(registration);

    internal void Put(string registration, LinkedMap map) =>
        ImmutableInterlocked.Update(ref _links, links => links.SetItem(registration, map));

    internal void Remove(string registration) => ImmutableInterlocked.Update(ref _links, links => links.Remove(registration));

    internal void Close() => AreWanted = false;
}

/// <summary>An EntityMap of a Context Source.</summary>
/// <param name="Id">A URI.</param>
/// <param name="Location">As the source names it.</param>
/// <param name="Only">
/// The Entities that it was made for, where it has taken the place of one that was gone; default for all that the query finds.
/// </param>
public sealed record LinkedMap(string Id, string Location, ImmutableArray<string> Only)
{
    /// <summary>Characters of a location that is kept.</summary>
    private const int Longest = 1024;

    private const int Overhead = 128;

    internal long Bytes => ((Id.Length + Location.Length) * sizeof(char)) + Overhead;

    /// <summary>Whether it says something about all of some Entities.</summary>
    internal bool IsAbout(ImmutableArray<string> ids) => Only.IsDefault || (!ids.IsDefault && ids.All(Only.Contains));

    /// <summary>Null where a source names none that could be named to it again.</summary>
    internal static LinkedMap? Of(string? location, ImmutableArray<string> only) =>
        location is { Length: <= Longest } && EntityMapLocation.IdOf(location) is { } id ? new(id, location, only) : null;
}
