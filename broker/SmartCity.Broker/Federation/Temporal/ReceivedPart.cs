using System.Collections.Immutable;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Federation.Temporal;

/// <summary>What one source has told so far, cut to what it is registered for.</summary>
internal sealed class ReceivedPart
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public List<TemporalEntity> Evolutions { get; } = [];

    public bool IsEmpty => Evolutions.Count == 0;

    /// <summary>Entities of the last page.</summary>
    public int Entities { get; private set; }

    /// <summary>Whether some of them are on no page before: a source that gives none but known ones has come to its end.</summary>
    public bool HasNew { get; private set; }

    public bool HasMore { get; private set; }

    /// <summary>How the source names the page that follows; null where it does not.</summary>
    public string? Next { get; private set; }

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

    /// <param name="isFirst">Of a query.</param>
    public void BeginPage(bool isFirst)
    {
        (Entities, HasNew, Next) = (0, false, null);
        if (isFirst) _known.Clear();
    }

    public void Add(EvolutionShare share, ImmutableArray<TemporalEntity> evolutions, SourceDocument document, bool isCached)
    {
        (Entities, HasMore, IsCached) = (Math.Max(Entities, evolutions.Length), document.HasMore, IsCached | isCached);
        Next ??= document.Next;
        foreach (var evolution in evolutions)
        {
            HasNew |= _known.Add(evolution.Id);
            if (share.Cut(evolution) is { } cut) Evolutions.Add(cut);
        }
    }
}
