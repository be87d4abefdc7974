using System.Collections.Immutable;

namespace SmartCity.NgsiLd.Queries;

/// <summary>The tree of the query language q (ETSI GS CIM 009 4.9). It knows nothing of stores or text: interpreters do.</summary>
public abstract record QExpression;

/// <summary>All terms hold (<c>;</c>).</summary>
public sealed record QAnd(ImmutableArray<QExpression> Terms) : QExpression;

/// <summary>Some term holds (<c>|</c>).</summary>
public sealed record QOr(ImmutableArray<QExpression> Terms) : QExpression;

/// <summary>The path leads to something.</summary>
public sealed record QExists(AttributePath Path) : QExpression;

/// <summary>What the path leads to compares with the value.</summary>
public sealed record QCompare(AttributePath Path, QOperator Operator, QValue Value) : QExpression;

public enum QOperator
{
    Equal,
    Unequal,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Matches,
    NotMatches,
}

/// <summary>The right-hand side of a comparison.</summary>
public abstract record QValue;

public sealed record QNumber(double Value, string Text) : QValue;

public sealed record QString(string Value) : QValue;

public sealed record QBoolean(bool Value) : QValue;

/// <summary>A DateTime, a Date or a Time: compares with values that are one too.</summary>
public sealed record QTemporal(string Text, QTemporalKind Kind) : QValue;

public enum QTemporalKind
{
    DateTime,
    Date,
    Time,
}

public sealed record QUri(string Uri) : QValue;

/// <summary><c>a..b</c>, both ends included.</summary>
public sealed record QRange(QValue From, QValue To) : QValue;

/// <summary><c>a,b,c</c>: any of them.</summary>
public sealed record QList(ImmutableArray<QValue> Items) : QValue;

/// <summary>
/// Where in an Entity to look (ETSI GS CIM 009 4.9): the Attribute, then sub-attributes or members by dots, then a trailing
/// path in brackets into the value (or a language).
/// </summary>
public sealed record AttributePath
{
    /// <summary>
    /// The Attribute's expanded name, then for each dot a sub-attribute's expanded name or a reserved member as it stands
    /// (observedAt, unitCode, datasetId, createdAt, modifiedAt ...).
    /// </summary>
    public required ImmutableArray<string> Names { get; init; }

    /// <summary>Members of the value in <c>[a.b]</c>, or one language tag, or <c>*</c>; empty where there are no brackets.</summary>
    public ImmutableArray<string> Trailing { get; init; } = [];

    /// <summary><c>rel{...}</c>: the rest is looked up in the linked Entity; null where there is none.</summary>
    public LinkedPath? Linked { get; init; }

    public bool Equals(AttributePath? other) =>
        other is not null && Names.SequenceEqual(other.Names) && Trailing.SequenceEqual(other.Trailing) && Linked == other.Linked;

    public override int GetHashCode() => HashCode.Combine(Names.Length, Names[0], Trailing.Length);
}

/// <summary>The inside of <c>rel{Type1,Type2:attr}</c>.</summary>
public sealed record LinkedPath(ImmutableArray<string> Types, AttributePath Path);
