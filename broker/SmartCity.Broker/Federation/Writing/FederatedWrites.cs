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
        if (OwnWrites.Refuse(request) is { } refusal) return refusal;
        var here = request.Kind == SourceWriteKind.Create ? null : await FindAsync(call, request, cancellation);
        var target = WriteTarget.Of(request, here);
        var matches = registry.Match(call, Query(request, target));
        if (matches.IsEmpty) return await own.WriteAsync(call, request, cancellation);

        var plan = WritePlan.Of(request, target, matches);
        if (plan.IsLocal) return await own.WriteAsync(call, request, cancellation);

        var asked = SourceRequests.AllAsync([.. plan.Requests.Select(part => Ask(call, part))], settings, clock, cancellation);
        var results = new WriteResults(request);
        foreach (var refused in plan.Refused) results.Add(refused);
        if (plan.Rest is { } rest) results.Add(rest, await own.WriteAsync(call, rest, cancellation));
        var answers = await asked;
        for (var i = 0; i < answers.Length; i++) results.Add(plan.Requests[i], answers[i]);
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
