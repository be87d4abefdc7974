using System.Collections.Immutable;
using SmartCity.Broker.Registrations;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Federation.Writing;

/// <summary>
/// What a registration says that its source has of one Entity: a source is sent that, and nothing else (ETSI GS CIM 009 4.3.6.1).
/// </summary>
internal sealed class Coverage
{
    private readonly ContextSourceRegistration _registration;
    private readonly ImmutableArray<RegistrationInfo> _information;

    private Coverage(ContextSourceRegistration registration, ImmutableArray<RegistrationInfo> information)
    {
        _registration = registration;
        _information = information;
    }

    /// <summary>Whether the source has the Entity itself, and not only Attributes of it that are named.</summary>
    public bool IsWhole => _information.Any(static info => !info.HasAttributeNames);

    /// <summary>Whether nothing of the Entity is left to others.</summary>
    public bool IsEverything => IsWhole && _registration.DatasetIds.IsEmpty;

    /// <summary>
    /// Whether the registration is about the Entity: where nobody says what types it has, a registration of a type, whatever the id, may as well
    /// be about others.
    /// </summary>
    public bool IsCertain { get; private init; }

    /// <summary>Expanded types that the source has it by; empty for any.</summary>
    public ImmutableArray<string> Types { get; private init; } = [];

    /// <summary>By which a source is told which Entity of that id is meant: never of more types than it has registered. Null for any.</summary>
    public TypeSelection? Selection { get; private init; }

    /// <summary><c>@none</c> for default instances; empty for all.</summary>
    public ImmutableArray<string> DatasetIds => _registration.DatasetIds;

    /// <summary>Null where the registration is about other Entities.</summary>
    public static Coverage? Of(ContextSource source, ImmutableArray<RegistrationInfo> information, WriteTarget target)
    {
        var registration = source.Registration;
        if (!InScope(registration, target.Scopes) || !InPlace(source, target)) return null;
        var covering = ImmutableArray.CreateBuilder<RegistrationInfo>(information.Length);
        var matching = ImmutableArray.CreateBuilder<EntityInfo>();
        var anyEntity = false;
        foreach (var info in information)
        {
            var before = matching.Count;
            foreach (var entity in info.Entities)
            {
                if (IsAbout(entity, target)) matching.Add(entity);
            }

            anyEntity |= info.Entities.IsEmpty;
            if (info.Entities.IsEmpty || matching.Count > before) covering.Add(info);
        }

        if (covering.Count == 0) return null;
        return new(registration, covering.DrainToImmutable())
        {
            IsCertain = anyEntity || !target.Types.IsEmpty || target.Selection is not null
                || matching.Any(static entity => entity.Id is not null || entity.IdPattern is not null),
            Types = anyEntity ? [] : [.. matching.SelectMany(static entity => entity.Types).Distinct()],
            Selection = anyEntity ? target.Selection : NeedsNoTypes(target, matching) ? null : Any(matching),
        };
    }

    public bool Covers(string attribute, string? datasetId) => Names(attribute) && CoversDataset(datasetId);

    public bool Names(string attribute)
    {
        foreach (var info in _information)
        {
            if (info.Names(attribute)) return true;
        }

        return false;
    }

    /// <param name="datasetId">Null for the default instance.</param>
    public bool CoversDataset(string? datasetId) => DatasetIds.IsEmpty || DatasetIds.Contains(datasetId ?? "@none");

    // What the client says of types is said to the source, too, as far as it has them.
    private static bool NeedsNoTypes(WriteTarget target, IEnumerable<EntityInfo> matching) =>
        target.Selection is null && (!target.Types.IsEmpty || matching.Any(static entity => entity.Id is not null));

    private static bool IsAbout(EntityInfo entity, WriteTarget target)
    {
        if (entity.Id is { } id ? id != target.Id : entity.IdPattern?.Matches(target.Id) == false) return false;
        if (!target.Types.IsEmpty) return entity.Types.All(target.Types.Contains);
        return target.Selection is not { } selection || selection.Selects(entity.Types);
    }

    // A source of some scopes has what lies in them or below them (4.18).
    internal static bool InScope(ContextSourceRegistration registration, ImmutableArray<string> scopes) =>
        registration.Scopes.IsEmpty
        || scopes.IsDefault
        || scopes.Any(scope => registration.Scopes.Any(covered => IsOrIsBelow(scope, covered)));

    private static bool InPlace(ContextSource source, WriteTarget target) =>
        source.Registration.Location is null || target.Place?.Value is not { } place || !place.Match(source.Facts).IsEmpty;

    private static bool IsOrIsBelow(string scope, string ancestor) =>
        scope.StartsWith(ancestor, StringComparison.Ordinal) && (scope.Length == ancestor.Length || scope[ancestor.Length] == '/');

    private static TypeSelection Any(IEnumerable<EntityInfo> entities)
    {
        ImmutableArray<TypeSelection> terms = [.. entities.Select(static entity => TypeSelection.AllOf(entity.Types)).Distinct()];
        return terms.Length == 1 ? terms[0] : new TypeOr(terms);
    }
}
