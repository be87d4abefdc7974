using System.Collections.Immutable;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Federation.Temporal;

/// <summary>What one source has told so far, cut to what it is registered for.</summary>
internal sealed class ReceivedPart
{
    public List<TemporalEntity> Evolutions { get; } = [];

    public bool IsEmpty => Evolutions.Count == 0;

    /// <summary>Entities of the last answer.</summary>
    public int Entities { get; set; }

    public bool HasMore { get; private set; }

    public bool IsCached { get; private set; }

    /// <summary>Why it is not all; null where it is.</summary>
    public string? Problem { get; set; }

    /// <summary>Drops instances from a time on.</summary>
    /// <param name="first">Of evolutions from this one on.</param>
    /// <param name="property">Which time.</param>
    /// <param name="from">UTC ticks.</param>
    public void Forget(int first, TimeProperty property, long from)
    {
        for (var i = first; i < Evolutions.Count; i++)
        {
            var evolution = Evolutions[i];
            Evolutions[i] = evolution with { Instances = evolution.Instances.RemoveAll(instance => RemoteEvolution.TimeOf(instance, property) >= from) };
        }
    }

    public void Add(EvolutionShare share, ImmutableArray<TemporalEntity> evolutions, bool hasMore, bool isCached)
    {
        (Entities, HasMore, IsCached) = (Math.Max(Entities, evolutions.Length), hasMore, IsCached | isCached);
        foreach (var evolution in evolutions)
        {
            if (share.Cut(evolution) is { } cut) Evolutions.Add(cut);
        }
    }
}
