using System.Collections.Immutable;

namespace SmartCity.NgsiLd.Queries;

/// <summary>The tree of the query language q (ETSI GS CIM 009 4.9). It knows nothing of stores or text: interpreters do.</summary>
public abstract record QExpression;

/// <summary>All terms hold (<c>;</c>).</summary>
public sealed record QAnd(ImmutableArray<QExpression> Terms) : QExpression
{
    public bool Equals(QAnd? other) => other is not null && Sequence.Same(Terms, other.Terms);

    public override int GetHashCode() => Sequence.Hash(Terms);
}

/// <summary>Some term holds (<c>|</c>).</summary>
public sealed record QOr(ImmutableArray<QExpression> Terms) : QExpression
{
    public bool Equals(QOr? other) => other is not null && Sequence.Same(Terms, other.Terms);

    public override int GetHashCode() => ~Sequence.Hash(Terms);
}

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
