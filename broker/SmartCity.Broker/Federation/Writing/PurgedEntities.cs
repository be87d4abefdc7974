using System.Collections.Immutable;
using SmartCity.Broker.Federation.Reading;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Federation.Writing;

/// <summary>The Entities that sources have parts of, and which of them a purge means as a whole.</summary>
internal sealed class PurgedEntities
{
    private readonly Dictionary<string, (ImmutableArray<string> Registrations, string Type)> _meant = new(StringComparer.Ordinal);
    private readonly HashSet<string> _answered = new(StringComparer.Ordinal);
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>All that there are, meant or not: what this broker has of them says nothing by itself.</summary>
    public IReadOnlySet<string> Known => _known;

    /// <summary>Those that are meant.</summary>
    public IReadOnlyCollection<string> Meant => _meant.Keys;

    /// <summary>The source of a registration has told all that it has.</summary>
    public void Answered(string registrationId) => _answered.Add(registrationId);

    /// <param name="candidate">What sources have.</param>
    /// <param name="whole">What it is, put together; null where it is not meant.</param>
    public void Add(Candidate candidate, PackedEntity? whole)
    {
        _known.Add(candidate.Id);
        if (whole is not null) _meant.Add(candidate.Id, (candidate.Registrations, whole.TypeAt(0).Iri));
    }

    /// <summary>
    /// What a source is to purge: of what it has told, the Entities that are meant, by their ids; where it cannot tell, what is asked for.
    /// </summary>
    /// <param name="share">What the source has registered of the purge.</param>
    /// <param name="characters">Of the ids of one request, at most.</param>
    public IEnumerable<PurgeShare> Narrow(PurgeShare share, int characters)
    {
        if (!_answered.Contains(share.Source.Id))
        {
            yield return share;
            yield break;
        }

        var selector = share.Query.Selectors.Single();
        var ids = _meant.Where(one => one.Value.Registrations.Contains(share.Source.Id) && IsOf(selector, one.Key)).Select(static one => one.Key);
        foreach (var some in Slices(ids, characters))
        {
            // Ids alone are too wide for a source, too.
            var type = selector.Type ?? TypeSelection.AnyOf([.. some.Select(id => _meant[id].Type).Distinct()]);
            yield return share with { Query = new() { Selectors = [new() { Ids = some, Type = type }] } };
        }
    }

    private static bool IsOf(EntitySelector selector, string id) =>
        selector.Ids.IsEmpty ? selector.IdPattern?.Matches(id) != false : selector.Ids.Contains(id);

    private static IEnumerable<ImmutableArray<string>> Slices(IEnumerable<string> ids, int characters)
    {
        var slice = ImmutableArray.CreateBuilder<string>();
        var length = 0;
        foreach (var id in ids)
        {
            if (slice.Count > 0 && length + id.Length > characters)
            {
                yield return slice.ToImmutable();
                slice.Clear();
                length = 0;
            }

            slice.Add(id);
            length += id.Length + 1;
        }

        if (slice.Count > 0) yield return slice.ToImmutable();
    }
}
