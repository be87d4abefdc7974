using System.Collections.Immutable;
using SmartCity.Broker.Discovery;
using SmartCity.Broker.Federation.Writing;
using SmartCity.Broker.Registrations;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Federation.Discovery;

/// <summary>
/// The types and Attributes of this broker and of all sources that tell theirs (ETSI GS CIM 009 5.7.11, the second way): lists are
/// merged, and counts are sums, so that an Entity with parts at two places counts at both. Of a source that is registered for some types
/// and Attributes no others are told.
/// </summary>
public sealed class FederatedDiscovery(
    IDiscoveryOperations own, IContextRegistry registry, IContextSourceClient client, FederationSettings settings, TimeProvider clock) : IDiscoveryOperations
{
    public async ValueTask<Result<Discovered<ImmutableArray<TypeUse>>>> TypesAsync(Call call, bool details, CancellationToken cancellation) =>
        await AllAsync(Discoverable.Types, call, details, await own.TypesAsync(call, details, cancellation), cancellation);

    public async ValueTask<Result<Discovered<TypeUse>>> TypeAsync(Call call, string type, CancellationToken cancellation) =>
        await OneAsync(Discoverable.Types, call, type, await own.TypeAsync(call, type, cancellation), cancellation);

    public async ValueTask<Result<Discovered<ImmutableArray<CarriedAttribute>>>> AttributesAsync(
        Call call, bool details, CancellationToken cancellation) =>
        await AllAsync(Discoverable.Attributes, call, details, await own.AttributesAsync(call, details, cancellation), cancellation);

    public async ValueTask<Result<Discovered<CarriedAttribute>>> AttributeAsync(Call call, string name, CancellationToken cancellation) =>
        await OneAsync(Discoverable.Attributes, call, name, await own.AttributeAsync(call, name, cancellation), cancellation);

    private async ValueTask<Result<Discovered<ImmutableArray<T>>>> AllAsync<T>(
        Discoverable<T> kind, Call call, bool details, Result<Discovered<ImmutableArray<T>>> here, CancellationToken cancellation)
        where T : class
    {
        if (!TryAsk(call, here, details ? kind.ListDetails : kind.List, out var sources)) return here;
        var request = new SourceRequest(HttpMethod.Get, kind.Collection, details ? "?details=true" : "");
        var told = await AskAsync(call, sources, _ => request, kind.ReadAll, cancellation);
        var merged = new MergedNames<T>(kind, here.IsSuccess ? here.Value.Value : []);
        foreach (var (source, names) in told.Answers) merged.Add(source, names);
        return new Discovered<ImmutableArray<T>>(merged.All, told.Warnings);
    }

    private async ValueTask<Result<Discovered<T>>> OneAsync<T>(
        Discoverable<T> kind, Call call, string name, Result<Discovered<T>> here, CancellationToken cancellation)
        where T : class
    {
        if (!TryAsk(call, here, kind.Details, out var sources)) return here;
        sources = sources.RemoveAll(source => !kind.IsOf(source, name));
        var told = await AskAsync(call, sources, context => One(kind.Collection, name, context), kind.ReadOne, cancellation);
        var merged = new MergedNames<T>(kind, here.IsSuccess ? [here.Value.Value] : []);
        foreach (var (source, names) in told.Answers) merged.Add(source, names.RemoveAll(other => kind.NameOf(other) != name));
        return merged.All is [var found] ? new Discovered<T>(found, told.Warnings) : WarnedError.Of(here.Error!, told.Warnings);
    }

    // The sources that tell; false where what is known here is all that there is to say.
    private bool TryAsk<T>(Call call, Result<T> here, ContextSourceOperations operation, out ImmutableArray<TellingSource> sources)
    {
        sources = [];
        // A tenant that exists nowhere here may have registrations nevertheless.
        if (call.Local || !registry.HasAny(call.Tenant)) return false;
        if (here.Error is { Kind: not (NgsiLdErrorKind.ResourceNotFound or NgsiLdErrorKind.NonexistentTenant) }) return false;
        sources = TellingSource.Of(registry.Match(call, new()), operation);
        return !sources.IsEmpty;
    }

    private static SourceRequest One(string collection, string name, Context context) =>
        new(HttpMethod.Get, $"{collection}/{UrlText.Segment(context.Compact(name))}");

    private async ValueTask<(ImmutableArray<(TellingSource Source, ImmutableArray<T> Names)> Answers, ImmutableArray<SourceWarning> Warnings)> AskAsync<T>(
        Call call,
        ImmutableArray<TellingSource> sources,
        Func<Context, SourceRequest> request,
        Func<SourceDocument, ImmutableArray<T>?> read,
        CancellationToken cancellation)
    {
        var answers = await SourceRequests.AllAsync(
            [.. sources.Select(source => (Func<CancellationToken, ValueTask<SourceAnswer<ImmutableArray<T>>>>)(stop => OneAsync(source.Source, stop)))],
            settings, clock, cancellation);
        var told = ImmutableArray.CreateBuilder<(TellingSource, ImmutableArray<T>)>();
        var warnings = ImmutableArray.CreateBuilder<SourceWarning>();
        for (var i = 0; i < sources.Length; i++)
        {
            if (SourceWarning.Of(sources[i].Source, answers[i]) is { } warning) warnings.Add(warning);
            if (answers[i].IsSuccess) told.Add((sources[i], answers[i].Value));
        }

        return (told.ToImmutable(), warnings.ToImmutable());

        async ValueTask<SourceAnswer<ImmutableArray<T>>> OneAsync(ContextSource source, CancellationToken stop)
        {
            var named = await client.ContextAsync(call, source, stop);
            if (!named.IsSuccess) return new(named.Outcome, default, named.Detail);
            var answer = await client.SendAsync(call, source, request(named.Value!), stop);
            if (!answer.IsSuccess) return new(answer.Outcome, default, answer.Detail);
            return read(answer.Value!) is { } names
                ? new(SourceOutcome.Success, names) { IsCached = answer.IsCached }
                : new(SourceOutcome.Invalid, default, "the answer of the source is no list of types or Attributes");
        }
    }
}
