using System.Collections.Immutable;

namespace SmartCity.NgsiLd.Queries;

/// <summary>The right-hand side of a comparison (ETSI GS CIM 009 4.9).</summary>
public abstract record QValue;

/// <param name="Value">As precise as a double.</param>
/// <param name="Text">As it was given.</param>
public sealed record QNumber(double Value, string Text) : QValue;

/// <summary>A quoted string, or a bare word, which clients send too. It compares with URIs as well.</summary>
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

/// <summary>A URI without quotes.</summary>
public sealed record QUri(string Uri) : QValue;

/// <summary><c>a..b</c>, both ends included; with == and != only.</summary>
public sealed record QRange(QValue From, QValue To) : QValue;

/// <summary><c>a,b,c</c>: any of them; with == and != only.</summary>
public sealed record QList(ImmutableArray<QValue> Items) : QValue
{
    public bool Equals(QList? other) => other is not null && Sequence.Same(Items, other.Items);

    public override int GetHashCode() => Sequence.Hash(Items);
}

/// <summary>What ~= and !~= compare with.</summary>
public sealed record QPattern(TextPattern Pattern) : QValue;
