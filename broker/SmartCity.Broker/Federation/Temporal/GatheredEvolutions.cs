using System.Collections.Immutable;
using SmartCity.Broker.Federation.Writing;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Registrations;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Federation.Temporal;

/// <summary>What all sources have told of a temporal request, and what there is to say of those that have not.</summary>
internal sealed class GatheredEvolutions
{
    private readonly ImmutableArray<EvolutionShare> _shares;
    private readonly NgsiLdError? _failure;

    private GatheredEvolutions(
        ImmutableArray<EvolutionShare> shares, Dictionary<string, RemoteEvolution> evolutions, ImmutableArray<SourceWarning> warnings,
        NgsiLdError? failure) =>
        (_shares, Evolutions, Warnings, _failure) = (shares, evolutions, warnings, failure);

    /// <summary>By id.</summary>
    public IReadOnlyDictionary<string, RemoteEvolution> Evolutions { get; }

    public ImmutableArray<SourceWarning> Warnings { get; }

    /// <summary>What to tell where nothing is found: that a source that alone has it has failed (6.3.17), or else that there is nothing.</summary>
    public NgsiLdError Missing(NgsiLdError notFound) => WarnedError.Of(_failure ?? notFound, Warnings);

    /// <summary>The registrations whose sources have told of an Entity.</summary>
    public IEnumerable<string> RegistrationsOf(string id) =>
        Evolutions.TryGetValue(id, out var evolution) ? evolution.Sources.Select(source => _shares[source].Source.Id).Distinct() : [];

    public static GatheredEvolutions Of(
        ImmutableArray<EvolutionShare> shares, ImmutableArray<SourceAnswer<ReceivedPart>> answers, TimeProperty property)
    {
        var evolutions = new Dictionary<string, RemoteEvolution>(StringComparer.Ordinal);
        var warnings = ImmutableArray.CreateBuilder<SourceWarning>();
        NgsiLdError? failure = null;
        for (var i = 0; i < shares.Length; i++)
        {
            var answer = answers[i];
            if (SourceWarning.Of(shares[i].Source, answer) is { } warning) warnings.Add(warning);
            if (answer.Value?.Problem is { } problem) warnings.Add(new(199, shares[i].Source, problem));
            if (answer is { IsSuccess: false, Outcome: not SourceOutcome.NotFound } && shares[i].Mode is RegistrationMode.Exclusive or RegistrationMode.Redirect)
            {
                failure ??= SourceErrors.Of(shares[i].Source, answer);
            }

            foreach (var evolution in answer.Value?.Evolutions ?? [])
            {
                if (!evolutions.TryGetValue(evolution.Id, out var known)) evolutions.Add(evolution.Id, known = new(evolution.Id, property));
                known.Add(i, evolution);
            }
        }

        return new(shares, evolutions, warnings.ToImmutable(), failure);
    }
}
