using System.Collections.Immutable;
using SmartCity.Broker.Entities;
using SmartCity.Broker.EntityMaps;
using SmartCity.Broker.Federation.Writing;
using SmartCity.Broker.Outbound;
using SmartCity.Broker.Registrations;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Federation.Reading;

/// <summary>Retrieve Entity over this broker and the sources that may have a part of it (ETSI GS CIM 009 5.7.1).</summary>
internal sealed class DistributedRetrieval(
    IEntityOperations own, LocalEntityMaps maps, IContextRegistry registry, IContextSourceClient client, FederationSettings settings,
    TimeProvider clock)
{
    public async ValueTask<Result<RetrievedEntity>> RunAsync(
        Call call, string id, EntityGuard guard, ShownAttributes shown, EntityMapRequest? map, CancellationToken cancellation)
    {
        var known = map?.Id is { } mapId ? maps.Find(call, mapId) : null;
        var matches = registry.Match(call, new RegistrationQuery
        {
            Selectors = [new EntitySelector { Ids = [id], Type = guard.Type }],
            AttributeNames = shown.Names,
            DatasetIds = shown.DatasetIds,
        });
        if (known is not null) matches = matches with { Sources = matches.Sources.RemoveAll(match => !known.HasPart(id, match.Registration.Id)) };
        if (matches.IsEmpty) return await own.RetrieveAsync(call, id, guard, shown, map, cancellation);

        var links = known is not null ? known.Links : map is null ? null : new LinkedMaps(map.Lifetime);
        var here = await own.RetrieveAsync(call, id, default, shown, null, cancellation);
        if (here.Error is { Kind: not (NgsiLdErrorKind.ResourceNotFound or NgsiLdErrorKind.NonexistentTenant) } error) return error;
        var plan = ForwardingPlan.ForEntity(id, guard.Type, shown, matches, here.IsSuccess);
        using var round = new SourceRound(settings, clock, cancellation, plan.Sources.Length);
        var asking = new Task<SourceAnswer<Entity>>[plan.Sources.Length];
        for (var i = 0; i < asking.Length; i++)
        {
            var source = plan.Sources[i];
            asking[i] = links is null
                ? round.AskAsync(source.Source, token => client.RetrieveAsync(call, source.Source, id, source.Selection, token))
                : round.AskAsync(source.Source, token => MapAsking.AskAsync(
                    links, source.Source, [id], use => client.RetrieveAsync(call, source.Source, id, source.Selection with { Map = use }, token)));
        }

        round.WarnOf(plan.Loops);
        var answers = asking is [var only] ? [await only] : await Task.WhenAll(asking);
        if (asking.Length > 1) await SocketThread.Leave();

        var assembly = new EntityAssembly(plan, clock.GetUtcNow().UtcTicks);
        var parts = new List<EntityPart>();
        List<string> places = here.IsSuccess ? [MappedEntity.Here] : [];
        for (var i = 0; i < answers.Length; i++)
        {
            if (answers[i] is not { IsSuccess: true, Value: { } entity } || entity.Id != id || assembly.Part(plan.Sources[i], entity) is not { } part) continue;
            parts.Add(part);
            places.Add(plan.Sources[i].Registration.Id);
        }

        var assembled = assembly.Assemble(here.IsSuccess ? here.Value.Entity : null, parts);
        if (guard.Lets(assembled) && !(answers.Length == 0 && IsElsewhere(assembled, shown, matches)))
        {
            var found = new RetrievedEntity(assembled, round.Warnings);
            if (map is null || known is not null) return found with { Map = known is null ? null : new(known, IsNew: false) };
            var made = maps.Keep(call, [EntityMap.PositionOf(0)], [new(id, [.. places])], links, map.Lifetime);
            return made.Map(kept => found with { Map = new(kept, IsNew: true) });
        }

        return WarnedError.Of(Failure(plan, matches, answers) ?? NotFound(here.Error, id, guard, round.Warnings), round.Warnings);
    }

    /// <summary>Whether all that is wanted is registered to be at places that the request has passed: whoever has sent it is to know.</summary>
    private static bool IsElsewhere(PackedEntity? entity, ShownAttributes shown, RegistrationMatches matches) =>
        !matches.Loops.IsEmpty && shown is { IsFilter: true, Names.IsEmpty: false }
        && entity?.Unpack().Attributes.Any(attribute => shown.Names.Contains(attribute.Name)) != true;

    /// <summary>Why what is only at other places cannot be had (6.3.17); null where it can, and is not there.</summary>
    private static NgsiLdError? Failure(ForwardingPlan plan, RegistrationMatches matches, SourceAnswer<Entity>[] answers)
    {
        if (answers.Length == 0)
        {
            return matches.Loops is [var loop, ..]
                ? SourceErrors.Loop(loop)
                : null;
        }

        if (plan.Sources.Any(source => !ForwardingPlan.IsProxied(source.Registration))) return null;
        for (var i = 0; i < answers.Length; i++)
        {
            if (SourceErrors.Of(plan.Sources[i].Source, answers[i]) is { Kind: not NgsiLdErrorKind.ResourceNotFound } failure) return failure;
        }

        return null;
    }

    private static NgsiLdError NotFound(NgsiLdError? here, string id, EntityGuard guard, ImmutableArray<SourceWarning> warnings)
    {
        if (here?.Kind == NgsiLdErrorKind.NonexistentTenant) return here;
        var missing = guard.NotFound(id);
        return warnings.IsEmpty
            ? missing
            : missing with { Detail = $"{missing.Detail}; {string.Join("; ", warnings.Select(warning => $"{warning.Source.Id}: {warning.Text}"))}" };
    }
}
