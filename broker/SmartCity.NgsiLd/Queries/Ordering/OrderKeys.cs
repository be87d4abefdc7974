using System.Collections.Immutable;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries.Matching;

namespace SmartCity.NgsiLd.Queries.Ordering;

/// <summary>
/// From Entities to what they count for in an ordering (ETSI GS CIM 009 4.23). Of several instances of an Attribute the default
/// one counts, or else the first. For one thread.
/// </summary>
public sealed class OrderKeys
{
    private readonly TermKey[] _terms;
    private readonly KeyBuffer _buffer = new();

    /// <param name="ordering">What is asked for.</param>
    /// <param name="datasetIds">Instances that count, <c>@none</c> for the default one; empty for all.</param>
    public OrderKeys(EntityOrdering ordering, ImmutableArray<string> datasetIds)
    {
        var datasets = DatasetFilter.Of(datasetIds);
        _terms = [.. ordering.Terms.Select(term => new TermKey(term, ordering, datasets))];
    }

    public OrderKey Of(PackedEntity entity)
    {
        _buffer.Clear();
        foreach (var term in _terms) term.Write(entity, _buffer);
        return new(_buffer.Written);
    }
}
