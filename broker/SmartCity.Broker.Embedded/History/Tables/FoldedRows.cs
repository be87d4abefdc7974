using SmartCity.Broker.Embedded.History.Blocks;

namespace SmartCity.Broker.Embedded.History.Tables;

/// <summary>A row of <c>entity</c>. Times are UTC ticks; what is loose is a <see cref="Loose.LooseForm"/>, or empty.</summary>
internal sealed record FoldedEntity(
    long Id, int Tenant, string Uri, int[] Types, long CreatedAt, long ModifiedAt, long? DeletedAt, byte[] Loose);

/// <summary>A row of <c>series</c>.</summary>
/// <param name="Id">Never given again.</param>
/// <param name="Attribute">The name's number in the file.</param>
/// <param name="Dataset">Empty for the default instance.</param>
/// <param name="Observed">Of its instances in blocks, or wider.</param>
/// <param name="Modified">Likewise.</param>
internal sealed record FoldedSeries(long Id, int Attribute, string Dataset, Span Observed, Span Modified);

/// <summary>A row of <c>block</c> without its instances.</summary>
/// <param name="Id">May be given again once the block is gone.</param>
/// <param name="Run">In which it is.</param>
/// <param name="Observed">Of its instances.</param>
/// <param name="Modified">Likewise.</param>
/// <param name="HasUnobserved">Whether some instance has no observedAt.</param>
internal readonly record struct FoldedBlock(long Id, long Run, Span Observed, Span Modified, bool HasUnobserved)
{
    /// <summary>Where its instances stand in their series, or wider.</summary>
    public Span Times => HasUnobserved ? Observed.With(Modified) : Observed;
}

/// <summary>From the earliest to the latest time, UTC ticks; the earliest later than the latest where there is none.</summary>
internal readonly record struct Span(long First, long Last)
{
    public static Span None => new(long.MaxValue, InstanceRow.None);

    public static Span All => new(long.MinValue, long.MaxValue);

    public bool IsNone => First > Last;

    /// <summary>Whether so much of it lies before a time that a block is rewritten for it: a quarter.</summary>
    public bool IsWorthCutting(long until) => until - First > (Last - First) / 4;

    public Span With(long at) => new(Math.Min(First, at), Math.Max(Last, at));

    public Span With(Span other) => new(Math.Min(First, other.First), Math.Max(Last, other.Last));
}
