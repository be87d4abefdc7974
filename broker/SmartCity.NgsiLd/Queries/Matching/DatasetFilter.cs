using System.Collections.Immutable;
using System.Text;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.NgsiLd.Queries.Matching;

/// <summary>Which instances of an Attribute count (ETSI GS CIM 009 4.5.5).</summary>
internal sealed class DatasetFilter
{
    private readonly byte[][] _ids;

    private DatasetFilter(byte[][] ids) => _ids = ids;

    /// <summary>Null where all count.</summary>
    /// <param name="datasetIds"><c>@none</c> for the default instance.</param>
    public static DatasetFilter? Of(ImmutableArray<string> datasetIds) => datasetIds.IsEmpty
        ? null
        : new([.. datasetIds.Select(id => id == "@none" ? [] : Encoding.UTF8.GetBytes(id))]);

    public bool Admits(in PackedAttribute attribute)
    {
        var datasetId = attribute.DatasetId;
        foreach (var id in _ids)
        {
            if (datasetId.SequenceEqual(id)) return true;
        }

        return false;
    }
}
