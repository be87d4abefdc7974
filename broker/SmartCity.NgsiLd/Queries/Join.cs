using System.Collections.Immutable;

namespace SmartCity.NgsiLd.Queries;

/// <summary>How linked Entities are shown (ETSI GS CIM 009 4.5.23).</summary>
public enum JoinKind
{
    None,

    /// <summary>In the Relationship that leads to them (4.5.23.2).</summary>
    Inline,

    /// <summary>Behind those that link to them (4.5.23.3).</summary>
    Flat,
}

/// <summary>What of Linked Entity retrieval is asked for (ETSI GS CIM 009 4.5.23): the parameters join, joinLevel, containedBy.</summary>
public sealed record Join
{
    public static Join None { get; } = new();

    public JoinKind Kind { get; init; }

    /// <summary>How many links are followed one after another, from 1 on. Without meaning where nothing is joined.</summary>
    public int Level { get; init; } = 1;

    /// <summary>Ids that were met before: what they name is neither shown again nor followed.</summary>
    public ImmutableArray<string> ContainedBy { get; init; } = [];

    /// <summary>How many links a query or a projection may follow.</summary>
    public int Depth => Kind == JoinKind.None ? 0 : Level;

    /// <summary>From the word of the parameter; null where it is none.</summary>
    public static JoinKind? KindOf(string word) => word switch
    {
        "@none" => JoinKind.None,
        "inline" => JoinKind.Inline,
        "flat" => JoinKind.Flat,
        _ => null,
    };

    /// <summary>The word of the parameter.</summary>
    public static string WordOf(JoinKind kind) => kind switch
    {
        JoinKind.Inline => "inline",
        JoinKind.Flat => "flat",
        _ => "@none",
    };

    /// <summary>Why a level is none: below 1, or higher than a broker lets it be; null where it is one.</summary>
    public static NgsiLdError? Refuse(double level, int highest, string name)
    {
        if (level < 1 || level != Math.Floor(level)) return NgsiLdError.BadRequestData($"{name} is {level}, which is no positive integer");
        if (level <= highest) return null;
        return new(NgsiLdErrorKind.TooComplexQuery, $"{name} is {level}, and this broker follows at most {highest} links one after another");
    }

    /// <summary>Why a query that follows links is too deep (ETSI GS CIM 009 5.7.2.4); null where it is not.</summary>
    public NgsiLdError? Refuse(QExpression? q) => q is null ? null : Refuse("q", LinkDepth.Of(q));

    /// <summary>Why a projection that follows links is too deep (ETSI GS CIM 009 5.7.1.4, 5.7.2.4); null where it is not.</summary>
    public NgsiLdError? Refuse(Extent extent) =>
        Refuse("pick", LinkDepth.Of(extent.Pick)) ?? Refuse("omit", LinkDepth.Of(extent.Omit));

    public bool Equals(Join? other) =>
        other is not null && Kind == other.Kind && Level == other.Level && Sequence.Same(ContainedBy, other.ContainedBy);

    public override int GetHashCode() => HashCode.Combine(Kind, Level, Sequence.Hash(ContainedBy));

    private NgsiLdError? Refuse(string what, int depth)
    {
        if (depth <= Depth) return null;
        return NgsiLdError.BadRequestData(Kind == JoinKind.None
            ? $"{what} follows linked Entities, which needs join=inline or join=flat"
            : $"{what} is too deep: it follows {depth} links one after another, and joinLevel is {Level}");
    }
}
