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
    /// <summary>Whether it may be about one of these: where it does not tell types, it may be of any.</summary>
    public bool IsOf(EntityInfo entity) =>
        (entity.Id is { } id ? id == Id : entity.IdPattern?.Matches(Id) != false) && (Types.IsEmpty || entity.Types.All(Types.Contains));

    /// <summary>Of all Attributes that it is about; empty for all.</summary>
    public ImmutableArray<string> Names => Name is not null
        ? Name == TemporalEntity.Scope ? [] : [Name]
        : Body is null ? [] : [.. Body.Instances.Select(instance => instance.Attribute.Name).Where(name => name != TemporalEntity.Scope).Distinct()];
}

/// <param name="Source">Who gets it.</param>
/// <param name="Part">Of what is to be added; null for other writes.</param>
/// <param name="IsProxied">Whether it is kept there and not here.</param>
internal readonly record struct EvolutionWriteShare(ContextSource Source, TemporalEntity? Part, bool IsProxied);

/// <summary>Who gets which part of a write (ETSI GS CIM 009 5.6.11.4 - 5.6.16.4): decided at once, and sent then.</summary>
/// <param name="Shares">What sources get.</param>
/// <param name="Rest">What is kept here.</param>
/// <param name="KeepsRest">Whether anything is.</param>
/// <param name="Conflict">A source that alone is to have a part does not offer the operation.</param>
internal sealed record EvolutionDivision(ImmutableArray<EvolutionWriteShare> Shares, TemporalEntity? Rest, bool KeepsRest, NgsiLdError? Conflict)
{
    /// <summary>Whether no source has to do with it.</summary>
    public bool IsLocal => Shares.IsEmpty && Conflict is null;

    public static EvolutionDivision Of(EvolutionWrite write, ImmutableArray<MatchedSource> matches)
    {
        var shares = ImmutableArray.CreateBuilder<EvolutionWriteShare>();
        var (rest, keepsRest) = (write.Body, true);
        NgsiLdError? conflict = null;
        foreach (var mode in (RegistrationMode[])[RegistrationMode.Exclusive, RegistrationMode.Redirect, RegistrationMode.Inclusive])
        {
            var isProxied = mode != RegistrationMode.Inclusive;
            var taken = rest;
            foreach (var match in matches)
            {
                if (match.Registration.Mode != mode || !keepsRest) continue;
                var part = Part(match, rest);
                if (rest is not null && part is null) continue;
                if (match.Offers(write.Operation)) shares.Add(new(match.Source, part, isProxied));
                else if (isProxied) conflict ??= SourceErrors.NotOffered(match.Source, write.Operation);
                if (isProxied) taken = taken is null ? null : Without(taken, part!);
            }

            if (!isProxied) continue;
            // What is addressed as a whole is there as a whole.
            if (write.Body is null) keepsRest = shares.Count == 0 && conflict is null;
            else (rest, keepsRest) = (taken, !taken!.Instances.IsEmpty || write.Body.Instances.IsEmpty);
        }

        return new(shares.ToImmutable(), rest, keepsRest, conflict);
    }

    // Null where nothing of it is registered.
    private static TemporalEntity? Part(MatchedSource match, TemporalEntity? body)
    {
        if (body is null) return null;
        var datasetIds = match.Registration.DatasetIds;
        var part = body with
        {
            Instances = body.Instances.RemoveAll(instance =>
                !match.Information.Any(info => info.Names(instance.Attribute.Name))
                || !(datasetIds.IsEmpty || datasetIds.Contains(instance.Attribute.DatasetId ?? "@none"))),
        };
        return part.Instances.IsEmpty && !body.Instances.IsEmpty ? null : part;
    }

    private static TemporalEntity Without(TemporalEntity body, TemporalEntity part) =>
        body with { Instances = body.Instances.RemoveAll(part.Instances.Contains) };
}
