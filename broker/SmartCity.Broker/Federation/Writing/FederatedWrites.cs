using System.Collections.Immutable;
using SmartCity.Broker.Entities;
using SmartCity.Broker.Registrations;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Federation.Writing;

/// <summary>
/// Writes of one Entity that sources have parts of (ETSI GS CIM 009 4.3.6, 5.6.1 - 5.6.6, 5.6.17 - 5.6.19): the sources are asked all at once while
/// the broker does what is its own. Nothing is taken back where another part fails: the answer says what was done.
/// </summary>
internal sealed class FederatedWrites(
    IEntityOperations own, IContextRegistry registry, IContextSourceClient client, FederationSettings settings, TimeProvider clock)
{
    public async ValueTask<Result<WriteOutcome>> WriteAsync(Call call, SourceWrite request, CancellationToken cancellation)
    {
        while (true)
        {
            var stamped = call with { Stamp = await registry.StampAsync(cancellation) };
            var result = registry.HasAny(call.Tenant)
                ? await DivideAsync(stamped, request, cancellation)
                : await own.WriteAsync(stamped, request, cancellation);
            if (!RegistryStamp.IsOutdatedBy(result.Error)) return result;
        }
    }

    private async ValueTask<Result<WriteOutcome>> DivideAsync(Call call, SourceWrite request, CancellationToken cancellation)
    {
        if (OwnWrites.Refuse(request) is { } refusal) return refusal;
        var here = request.Kind == SourceWriteKind.Create ? null : await FindAsync(call, request, cancellation);
        var target = WriteTarget.Of(request, here);
        var matches = registry.Match(call, Query(request, target));
        if (matches.IsEmpty) return await own.WriteAsync(call, request, cancellation);

        var plan = WritePlan.Of(request, target, matches);
        if (plan.IsLocal) return await own.WriteAsync(call, request, cancellation);

        var results = new WriteResults(request);
        var asked = new List<(ImmutableArray<WritePart> Parts, Task<ImmutableArray<SourceAnswer<SourceWritten>>> Answers)>();
        var sources = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            foreach (var refused in plan.Refused) results.Add(refused);
            asked.Add((plan.Requests, SourceRequests.AllAsync([.. plan.Requests.Select(part => Ask(call, part))], settings, clock, cancellation)));
            if (plan.Rest is not { } rest) break;
            var done = await own.WriteAsync(call, rest, cancellation);
            if (!RegistryStamp.IsOutdatedBy(done.Error))
            {
                results.Add(rest, done);
                break;
            }

            // What is left is divided anew; who has been asked is not asked again, nor refused again.
            sources.UnionWith(plan.Requests.Select(static part => part.Source.Id));
            sources.UnionWith(plan.Refused.Select(static refused => refused.Part.Source.Id));
            call = call with { Stamp = await registry.StampAsync(cancellation) };
            plan = WritePlan.Of(rest, target, registry.Match(call, Query(rest, target))).Without(sources);
        }

        foreach (var (parts, answering) in asked)
        {
            var answers = await answering;
            for (var i = 0; i < answers.Length; i++) results.Add(parts[i], answers[i]);
        }

        return results.ToOutcome();
    }

    private Func<CancellationToken, ValueTask<SourceAnswer<SourceWritten>>> Ask(Call call, WritePart part) =>
        cancellation => client.WriteAsync(call, part.Source, part.Write, cancellation);

    private static RegistrationQuery Query(SourceWrite request, WriteTarget target) => new()
    {
        Selectors = [new() { Ids = [target.Id], Type = target.AnyOfTypes ?? target.Selection }],
        AttributeNames = [.. WritePart.NamesOf(request)],
    };

    private async ValueTask<PackedEntity?> FindAsync(Call call, SourceWrite request, CancellationToken cancellation)
    {
        var found = await own.FindManyAsync(call, [request.EntityId], cancellation);
        return found.TryGet(out var some, out _) && some.Entities is [var entity] && request.Guard.Lets(entity) ? entity : null;
    }
}
