namespace SmartCity.Broker.Embedded.History.Blocks;

/// <summary>
/// Instances of one series, in the order of their time, as columns. The form is persisted: u8 version (1), the count, then the
/// sections below, each a length and its bytes, empty where the column says nothing.
/// </summary>
internal static class BlockForm
{
    public const byte Version = 1;

    /// <summary>Instances of a block that is full.</summary>
    public const int Full = 512;

    /// <summary>A block with so many bytes of values is full, however few they are.</summary>
    public const int FullBytes = 64 * 1024;

    public const int Sections = 12;
}

/// <summary>What stands in a block, in this order. The numbers are persisted.</summary>
internal enum Section
{
    /// <summary>The distinct shapes: u8 compression (0 none, 1 Brotli, then the length), and a packed Entity of them.</summary>
    Shapes = 0,

    /// <summary>Which shape each instance has; empty where there is one.</summary>
    ShapeOf = 1,

    /// <summary>Number of the change or write, and then the place in it.</summary>
    Change = 2,
    Place = 3,

    /// <summary>Empty where no instance has one; an instance without one repeats that before it.</summary>
    ObservedAt = 4,

    /// <summary>0 for no observedAt, else its decimals and one more.</summary>
    ObservedDecimals = 5,
    CreatedAt = 6,
    ModifiedAt = 7,
    DeletedAt = 8,
    DeletedDecimals = 9,

    /// <summary>Of the instances that are numbers: with the most decimals of any, which stand first; then the decimals of each.</summary>
    Mantissas = 10,
    Decimals = 11,
}
