using System.Collections.Immutable;
using SmartCity.Broker.Storage;

namespace SmartCity.Broker.EntityMaps;

/// <summary>
/// Entities that a query has found, fixed and in its order (ETSI GS CIM 009 4.5.25, 5.5.9.3): as positions in the store, of which
/// those whose Entities are gone or match no more are crossed out. Entities of which Context Sources have a part have positions of
/// their own, which no store knows.
/// </summary>
/// <param name="id">A URI.</param>
/// <param name="tenant">Whose Entities they are.</param>
/// <param name="positions">Owned by the map.</param>
/// <param name="forPaging">Whether the links of a page name it, and no client asked for it.</param>
public sealed class EntityMap(string id, string tenant, long[] positions, bool forPaging)
{
    private const int Overhead = 256;

    private long? _bytes;
    private Dictionary<string, int>? _remoteById;

    public string Id { get; } = id;

    public string Tenant { get; } = tenant;

    /// <summary>The EntityMaps of Context Sources that it relies on; null where sources are not asked for any.</summary>
    public LinkedMaps? Links { get; init; }

    /// <summary>When it can no longer be used.</summary>
    public DateTimeOffset ExpiresAt { get; internal set; }

    internal long[] Positions { get; } = positions;

    /// <summary>Those of which Context Sources have a part.</summary>
    internal ImmutableArray<MappedEntity> Remote { get; init; } = [];

    /// <summary>Whether what is kept here comes before it, and is paged without it.</summary>
    internal bool FollowsOwn { get; init; }

    internal bool ForPaging { get; } = forPaging;

    /// <summary>Whether filters were applied to all that it holds: until then there are candidates in it (5.5.9.3).</summary>
    internal bool IsVerified { get; set; } = true;

    /// <summary>Counted once: the table asks again and again, under its lock.</summary>
    internal long Bytes => _bytes ??= ((long)Positions.Length * sizeof(long)) + Remote.Sum(entity => entity.Bytes) + (Links?.Bytes ?? 0) + Overhead;

    /// <summary>The position of one of <see cref="Remote"/>.</summary>
    internal static long PositionOf(int remote) => RankedRequest.CrossedOut - 1 - remote;

    /// <summary>Which of <see cref="Remote"/> is at an index; -1 for none.</summary>
    internal int RemoteAt(int index)
    {
        var position = Volatile.Read(ref Positions[index]);
        return position < RankedRequest.CrossedOut ? (int)(RankedRequest.CrossedOut - 1 - position) : -1;
    }

    /// <summary>Where among <see cref="Remote"/> an Entity is; -1 where it is not.</summary>
    internal int RemoteOf(string id) => (_remoteById ??= IndexById()).GetValueOrDefault(id, -1);

    /// <summary>Whether the source of a registration has a part of an Entity.</summary>
    internal bool HasPart(string id, string registration) =>
        RemoteOf(id) is var remote and >= 0 && Remote[remote].Registrations.Contains(registration);

    /// <summary>The ids of those of which a source has a part, and of what this broker has, as well as sources.</summary>
    /// <param name="place">A registration, or <see cref="MappedEntity.Here"/>.</param>
    internal IEnumerable<string> SharedAt(string place)
    {
        for (var i = 0; i < Positions.Length; i++)
        {
            if (RemoteAt(i) is var remote and >= 0 && Remote[remote].Registrations.Contains(place)) yield return Remote[remote].Id;
        }
    }

    internal bool IsCrossedOut(int index) => Volatile.Read(ref Positions[index]) == RankedRequest.CrossedOut;

    internal void CrossOut(int index) => Volatile.Write(ref Positions[index], RankedRequest.CrossedOut);

    /// <summary>How many Entities are left.</summary>
    internal int Count()
    {
        var count = 0;
        foreach (var position in Positions)
        {
            if (position != RankedRequest.CrossedOut) count++;
        }

        return count;
    }

    /// <summary>The index of the Entity that a number of others precede; behind the last one where there are not so many.</summary>
    internal int IndexOf(int offset)
    {
        for (var i = 0; i < Positions.Length; i++)
        {
            if (Positions[i] != RankedRequest.CrossedOut && offset-- == 0) return i;
        }

        return Positions.Length;
    }

    internal bool HasAnyFrom(int index)
    {
        for (var i = index; i < Positions.Length; i++)
        {
            if (Positions[i] != RankedRequest.CrossedOut) return true;
        }

        return false;
    }

    internal bool HasAnyBefore(int index)
    {
        for (var i = Math.Min(index, Positions.Length) - 1; i >= 0; i--)
        {
            if (Positions[i] != RankedRequest.CrossedOut) return true;
        }

        return false;
    }

    private Dictionary<string, int> IndexById()
    {
        var index = new Dictionary<string, int>(Remote.Length, StringComparer.Ordinal);
        for (var i = 0; i < Remote.Length; i++) index[Remote[i].Id] = i;
        return index;
    }
}
