using System.Collections.Immutable;
using SmartCity.Broker.Entities;
using SmartCity.Broker.Registrations;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Federation.Reading;

/// <summary>Retrieve Entity over this broker and the sources that may have a part of it (ETSI GS CIM 009 5.7.1).</summary>
internal sealed class DistributedRetrieval(
    IEntityOperations own, IContextRegistry registry, IContextSourceClient client, FederationSettings settings, TimeProvider clock)
{
    public async ValueTask<Result<RetrievedEntity>> RunAsync(
        Call call, string id, EntityGuard guard, ShownAttributes shown, CancellationToken cancellation)
    {
        var matches = registry.Match(call, new RegistrationQuery
        {
            Selectors = [new EntitySelector { Ids = [id], Type = guard.Type }],
            AttributeNames = shown.Names,
            DatasetIds = shown.DatasetIds,
        });
        if (matches.IsEmpty) return await own.RetrieveAsync(call, id, guard, shown, cancellation);

        var plan = ForwardingPlan.ForEntity(id, guard.Type, shown, matches);
        using var round = new SourceRound(settings, clock, cancellation);
        var asking = plan.Sources
            .Select(source => round.AskAsync(source.Source, token => client.RetrieveAsync(call, source.Source, id, source.Selection, token)))
            .ToArray();
        var here = await own.RetrieveAsync(call, id, default, shown, cancellation);
        var answers = await Task.WhenAll(asking);
        if (here.Error is { Kind: not (NgsiLdErrorKind.ResourceNotFound or NgsiLdErrorKind.NonexistentTenant) } error) return error;

        var assembly = new EntityAssembly(plan, clock.GetUtcNow().UtcTicks);
        var parts = new List<EntityPart>();
        for (var i = 0; i < answers.Length; i++)
        {
            if (answers[i] is { IsSuccess: true, Value: { } entity } && entity.Id == id && assembly.Part(plan.Sources[i], entity) is { } part) parts.Add(part);
        }

        var assembled = assembly.Assemble(here.IsSuccess ? here.Value.Entity : null, parts);
        if (guard.Lets(assembled)) return new RetrievedEntity(assembled, round.Warnings);
        return Failure(plan, matches, answers) ?? NotFound(here.Error, id, guard, round.Warnings);
    }

    /// <summary>Why what is only at other places cannot be had (6.3.17); null where it can, and is not there.</summary>
    private static NgsiLdError? Failure(ForwardingPlan plan, RegistrationMatches matches, SourceAnswer<Entity>[] answers)
    {
        if (answers.Length == 0)
        {
            return matches.Loops is [var loop, ..]
                ? new(NgsiLdErrorKind.SourceLoop, $"the Entity is registered at {loop.Id}, which the request has passed already")
                : null;
        }

        if (plan.Sources.Any(source => !ForwardingPlan.IsProxied(source.Registration))) return null;
        for (var i = 0; i < answers.Length; i++)
        {
            if (SourceFailure.Of(plan.Sources[i].Source, answers[i]) is { } failure) return failure;
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
