using System.Collections.Immutable;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Federation.Reading;

/// <summary>An Entity that sources have told of, and that a query may mean once it is assembled.</summary>
/// <param name="id">Its id.</param>
internal sealed class Candidate(string id)
{
    public string Id { get; } = id;

    /// <summary>The registrations whose sources have a part of it.</summary>
    public ImmutableArray<string> Registrations { get; set; } = [];

    /// <summary>In the order of the sources.</summary>
    public List<EntityPart> Parts { get; } = [];

    /// <summary>What is kept here of it; null for nothing.</summary>
    public PackedEntity? Own { get; set; }

    /// <summary>Whether a source that may have a part of it did not say so.</summary>
    public bool IsUncertain { get; set; }
}
