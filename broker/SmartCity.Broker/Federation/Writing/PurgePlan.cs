using System.Collections.Immutable;
using SmartCity.Broker.Entities;
using SmartCity.Broker.EntityMaps;
using SmartCity.Broker.Registrations;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Federation.Writing;

/// <summary>Which sources are to purge what (ETSI GS CIM 009 5.6.21.4).</summary>
/// <param name="Shares">In the order of registrations.</param>
/// <param name="Refused">What nobody can do.</param>
internal sealed record PurgePlan(ImmutableArray<PurgeShare> Shares, ImmutableArray<(ContextSource Source, NgsiLdError Error)> Refused)
{
    public static PurgePlan Of(EntityQuery query, PurgeExtent extent, RegistrationMatches matches)
    {
        var shares = ImmutableArray.CreateBuilder<PurgeShare>();
        var refused = ImmutableArray.CreateBuilder<(ContextSource, NgsiLdError)>();
        foreach (var (source, information) in matches.Sources)
        {
            var mode = source.Registration.Mode;
            if (mode == RegistrationMode.Auxiliary) continue;
            if ((source.Registration.Operations & ContextSourceOperations.PurgeEntity) != 0) AddShares(source, information);
            else if (mode != RegistrationMode.Inclusive) refused.Add((source, SourceErrors.NotOffered(source, ContextSourceOperations.PurgeEntity)));
        }

        foreach (var source in matches.Loops) refused.Add((source, SourceErrors.Loop(source)));
        return new(shares.DrainToImmutable(), refused.DrainToImmutable());

        void AddShares(ContextSource source, ImmutableArray<RegistrationInfo> information)
        {
            foreach (var info in information)
            {
                if (ExtentWithin(extent, info) is not { } its) continue;
                var names = info.HasAttributeNames ? [.. query.AttributeNames.Where(info.Names)] : query.AttributeNames;
                foreach (var selector in Selectors(query, info))
                {
                    if (selector is null) refused.Add((source, SourceErrors.TwoPatterns(source)));
                    else shares.Add(new(source, query with { Selectors = [selector], AttributeNames = names }, its));
                }
            }
        }
    }

    /// <summary>The same of the Entities of an EntityMap alone.</summary>
    public PurgePlan Within(EntityMap map) => this with { Shares = [.. Shares.SelectMany(share => share.Within(map))] };

    private static PurgeExtent? ExtentWithin(PurgeExtent extent, RegistrationInfo info) =>
        info.HasAttributeNames ? extent.Within([.. info.PropertyNames, .. info.RelationshipNames]) : extent;

    // A null selector cannot be told.
    private static IEnumerable<EntitySelector?> Selectors(EntityQuery query, RegistrationInfo info)
    {
        ImmutableArray<EntitySelector> asked = query.Selectors.IsEmpty ? [new()] : query.Selectors;
        if (info.Entities.IsEmpty) return asked;
        return asked.SelectMany(selector => info.Entities.Where(entity => RegistrationMatcher.Matches(selector, entity)).Select(entity => entity.Narrow(selector)));
    }
}

/// <summary>A purge cut to what a registration covers.</summary>
internal sealed record PurgeShare(ContextSource Source, EntityQuery Query, PurgeExtent Extent)
{
    /// <summary>Ids of one request.</summary>
    private const int Slice = 100;

    /// <summary>Of the Entities of an EntityMap of which the source has a part: several requests, or none.</summary>
    public IEnumerable<PurgeShare> Within(EntityMap map)
    {
        foreach (var ids in map.SharedAt(Source.Id).Chunk(Slice))
        {
            var selectors = Query.Selectors.Among(ids);
            if (!selectors.IsEmpty) yield return this with { Query = Query with { Selectors = selectors } };
        }
    }
}
