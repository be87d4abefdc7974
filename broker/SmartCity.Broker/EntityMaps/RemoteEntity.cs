using System.Collections.Immutable;

namespace SmartCity.Broker.EntityMaps;

/// <summary>An Entity of an EntityMap of which Context Sources have a part (ETSI GS CIM 009 5.2.39).</summary>
/// <param name="Id">Its id.</param>
/// <param name="Registrations">The ids of the registrations, and <see cref="Here"/> where a part is kept here.</param>
internal readonly record struct RemoteEntity(string Id, ImmutableArray<string> Registrations)
{
    /// <summary>Stands for this broker where ids of registrations stand.</summary>
    public const string Here = "@none";

    private const int Overhead = 48;

    // The lists of registrations are shared by many.
    public long Bytes => (Id.Length * sizeof(char)) + Overhead;
}
