using System.Collections.Immutable;
using SmartCity.Broker.Registrations;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Federation.Writing;

/// <summary>
/// Registrations that may be about one of many Entities: those of the same types are looked up once, and registrations of single Entities
/// are found by their ids.
/// </summary>
internal sealed class BatchCandidates(Call call, IContextRegistry registry)
{
    private readonly Dictionary<string, ByType> _byTypes = new(StringComparer.Ordinal);

    public RegistrationMatches Of(WriteTarget target)
    {
        var key = target.Types.Length == 1 ? target.Types[0] : string.Join(' ', target.Types);
        if (!_byTypes.TryGetValue(key, out var known)) _byTypes[key] = known = new(registry.Match(call, Query(target.AnyOfTypes)));
        return known.Of(target.Id);
    }

    private static RegistrationQuery Query(TypeSelection? type) => type is null ? new() : new() { Selectors = [new() { Type = type }] };

    private sealed class ByType
    {
        private readonly Dictionary<string, RegistrationMatches> _byId = new(StringComparer.Ordinal);
        private readonly RegistrationMatches _ofAny;

        public ByType(RegistrationMatches all)
        {
            _ofAny = new([.. all.Sources.Where(match => !IsOfIds(match.Information))], [.. all.Loops.Where(source => !IsOfIds(source.Registration.Information))]);
            foreach (var match in all.Sources.Where(match => IsOfIds(match.Information)))
            {
                foreach (var id in Ids(match.Information)) _byId[id] = Known(id) with { Sources = Known(id).Sources.Add(match) };
            }

            foreach (var loop in all.Loops.Where(source => IsOfIds(source.Registration.Information)))
            {
                foreach (var id in Ids(loop.Registration.Information)) _byId[id] = Known(id) with { Loops = Known(id).Loops.Add(loop) };
            }
        }

        public RegistrationMatches Of(string id) => Known(id);

        private RegistrationMatches Known(string id) => _byId.GetValueOrDefault(id, _ofAny);

        private static bool IsOfIds(ImmutableArray<RegistrationInfo> information) =>
            information.All(static info => !info.Entities.IsEmpty && info.Entities.All(static entity => entity.Id is not null));

        private static IEnumerable<string> Ids(ImmutableArray<RegistrationInfo> information) =>
            information.SelectMany(static info => info.Entities).Select(static entity => entity.Id!).Distinct();
    }
}
