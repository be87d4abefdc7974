namespace SmartCity.Broker.Embedded.History.Loose;

/// <summary>
/// Instances of an evolution that are in no block yet: of all its series together, in the evolution's own row, so that an Entity
/// that is new or seldom changes is one row, whatever Attributes it has. What goes on being written grows out of it into blocks.
/// The form is persisted:
/// <code>
/// u8      version (1)
/// i64     the earliest time at which one of them stands, UTC ticks
/// signed  of each instance, series by series, its number minus that of the one before; a number says first how many
/// number  of instances that record deletions, then each: number which, i64 deletedAt, UTC ticks, u8 its decimals
///         a packed Entity whose Attributes are the instances, to the end
/// </code>
/// </summary>
internal static class LooseForm
{
    public const byte Version = 1;

    /// <summary>A series of which more are loose gets a block for them.</summary>
    public const int SeriesInstances = 32;

    /// <summary>Where all of them take more, the largest series get blocks until half of it is left. Half of a page.</summary>
    public const int RowBytes = 4 * 1024;

    /// <summary>About what one takes besides what its Attribute took where it came from.</summary>
    public const int InstanceBytes = 20;
}
