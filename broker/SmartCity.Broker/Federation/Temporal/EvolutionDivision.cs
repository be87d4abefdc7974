using System.Collections.Immutable;
using SmartCity.Broker.Federation.Writing;
using SmartCity.Broker.Registrations;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Registrations;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Federation.Temporal;

/// <summary>A write into the history.</summary>
/// <param name="Operation">What a source has to offer.</param>
/// <param name="Id">The Entity.</param>
/// <param name="Types">As far as the write tells them.</param>
/// <param name="Body">What is to be added; null for other writes.</param>
/// <param name="Name">The Attribute that is addressed; null where the write is of the Entity.</param>
internal sealed record EvolutionWrite(
    ContextSourceOperations Operation, string Id, ImmutableArray<string> Types, TemporalEntity? Body, string? Name)
{
    /// <summary>Whether what went wrong in part is told of the Entity, and not of its Attributes (ETSI GS CIM 009 5.2.16, 5.2.18).</summary>
    public bool IsOfEntity => Operation is ContextSourceOperations.UpsertTemporal or ContextSourceOperations.DeleteTemporal;

    /// <summary>Whether it may be about one of these: where it does not tell types, it may be of any.</summary>
    public bool IsOf(EntityInfo entity) =>
        (entity.Id is { } id ? id == Id : entity.IdPattern?.Matches(Id) != false) && (Types.IsEmpty || entity.Types.All(Types.Contains));

    /// <summary>Of all Attributes that it is about; empty for all.</summary>
    public ImmutableArray<string> Names => Name is not null
        ? Name == TemporalEntity.Scope ? [] : [Name]
        : NamesOf(Body);

    /// <summary>The Attributes that a part of it is about, to tell of them; empty where it is of the Entity as such.</summary>
    public ImmutableArray<string> NamesIn(TemporalEntity? part) => Name is not null ? [Name] : NamesOf(part);

    private static ImmutableArray<string> NamesOf(TemporalEntity? body) => body is null
        ? []
        : [.. body.Instances.Select(static instance => instance.Attribute.Name).Where(static name => name != TemporalEntity.Scope).Distinct()];
}

/// <param name="Source">Who gets it.</param>
/// <param name="Part">Of what is to be added; null for other writes.</param>
internal readonly record struct EvolutionWriteShare(ContextSource Source, TemporalEntity? Part);

/// <param name="Share">What is not done.</param>
/// <param name="Error">Why.</param>
internal readonly record struct RefusedEvolution(EvolutionWriteShare Share, NgsiLdError Error);

/// <summary>Who gets which part of a write (ETSI GS CIM 009 5.6.11.4 - 5.6.16.4): decided at once, and sent then.</summary>
/// <param name="Shares">What sources get.</param>
/// <param name="Refused">What is to be done by sources that do not offer it, or that the request has passed, and by nobody else.</param>
/// <param name="Rest">What is kept here.</param>
/// <param name="KeepsRest">Whether anything is.</param>
internal sealed record EvolutionDivision(
    ImmutableArray<EvolutionWriteShare> Shares, ImmutableArray<RefusedEvolution> Refused, TemporalEntity? Rest, bool KeepsRest)
{
    /// <summary>Whether no source has to do with it.</summary>
    public bool IsLocal => Shares.IsEmpty && Refused.IsEmpty;

    public static EvolutionDivision Of(EvolutionWrite write, ImmutableArray<MatchedSource> matches, ImmutableArray<MatchedSource> loops)
    {
        var shares = ImmutableArray.CreateBuilder<EvolutionWriteShare>();
        var refused = ImmutableArray.CreateBuilder<RefusedEvolution>();
        var (rest, keepsRest) = (write.Body, true);
        foreach (var mode in (RegistrationMode[])[RegistrationMode.Exclusive, RegistrationMode.Redirect, RegistrationMode.Inclusive])
        {
            if (!keepsRest) break;
            var isProxied = mode != RegistrationMode.Inclusive;
            var (before, taken) = (shares.Count + refused.Count, rest);
            foreach (var match in matches)
            {
                if (match.Registration.Mode != mode || !TryCut(write, match, rest, out var part)) continue;
                var share = new EvolutionWriteShare(match.Source, part);
                if (match.Offers(write.Operation)) shares.Add(share);
                else if (isProxied) refused.Add(new(share, SourceErrors.NotOffered(match.Source, write.Operation)));
                taken = Without(taken, part);
            }

            foreach (var loop in loops)
            {
                if (loop.Registration.Mode != mode || !TryCut(write, loop, rest, out var part)) continue;
                refused.Add(new(new(loop.Source, part), SourceErrors.Loop(loop.Source)));
                taken = Without(taken, part);
            }

            if (!isProxied) continue;
            // What is addressed as a whole is there as a whole.
            if (write.Body is null) keepsRest = shares.Count + refused.Count == before;
            else (rest, keepsRest) = (taken, !taken!.Instances.IsEmpty || write.Body.Instances.IsEmpty);
        }

        return new(shares.ToImmutable(), refused.ToImmutable(), rest, keepsRest);
    }

    // False where nothing of it is registered. A source is sent no types that it has not registered (4.3.6.1).
    private static bool TryCut(EvolutionWrite write, in MatchedSource match, TemporalEntity? body, out TemporalEntity? part)
    {
        part = null;
        if (body is null) return true;
        var (information, datasetIds) = (match.Information, match.Registration.DatasetIds);
        var types = information.Any(static info => info.Entities.IsEmpty)
            ? []
            : information.SelectMany(static info => info.Entities).SelectMany(static entity => entity.Types).ToImmutableHashSet();
        part = body with
        {
            Types = types.IsEmpty || body.Types.All(types.Contains) ? body.Types : Within(body.Types, write.Types, types),
            Instances = body.Instances.RemoveAll(instance =>
                !information.Any(info => info.Names(instance.Attribute.Name))
                || !(datasetIds.IsEmpty || datasetIds.Contains(instance.Attribute.DatasetId ?? "@none"))),
        };
        return !part.Instances.IsEmpty || body.Instances.IsEmpty;
    }

    // Where none that are written are the source's, it has the evolution by those that are known already.
    private static ImmutableArray<string> Within(ImmutableArray<string> written, ImmutableArray<string> known, ImmutableHashSet<string> types) =>
        written.RemoveAll(type => !types.Contains(type)) is { IsEmpty: false } some ? some : known.RemoveAll(type => !types.Contains(type));

    private static TemporalEntity? Without(TemporalEntity? body, TemporalEntity? part) =>
        body is null ? null : body with { Instances = body.Instances.RemoveAll(part!.Instances.Contains) };
}
