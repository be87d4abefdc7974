using System.Runtime.InteropServices;
using SmartCity.Broker.Embedded.History.Blocks;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Embedded.History.Loose;

/// <summary>Instances of a series on their way to where they are kept.</summary>
/// <param name="Attribute">Its name.</param>
/// <param name="Dataset">Empty for the default instance.</param>
/// <param name="Rows">At least one.</param>
internal readonly record struct SeriesRows(Name Attribute, string Dataset, List<InstanceRow> Rows)
{
    /// <summary>About how many bytes they take while they are loose.</summary>
    public int LooseBytes
    {
        get
        {
            var bytes = 0;
            foreach (ref readonly var row in CollectionsMarshal.AsSpan(Rows)) bytes += row.Shape.Size + LooseForm.InstanceBytes;
            return bytes;
        }
    }
}
