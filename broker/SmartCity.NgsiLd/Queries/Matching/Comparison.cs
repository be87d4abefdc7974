using System.Text;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries.Text;

namespace SmartCity.NgsiLd.Queries.Matching;

/// <summary>
/// An operator with its right-hand side, applied to the targets that ETSI GS CIM 009 4.9 names: scalars, arrays, language maps,
/// Relationships and members of Attributes. A negated operator asks that nothing in the target hits.
/// </summary>
internal sealed class Comparison
{
    private readonly ValueTest _test;
    private readonly bool _isPattern;

    /// <summary>== and != look into arrays; a range, an order or a pattern compares with the target as a whole.</summary>
    private readonly bool _looksIntoArrays;

    /// <summary>Relationships know no operator but == and !=.</summary>
    private readonly bool _comparesRelationships;

    public Comparison(QOperator op, QValue value)
    {
        _test = TestCompiler.Compile(op, value);
        IsNegated = op is QOperator.Unequal or QOperator.NotMatches;
        _isPattern = op is QOperator.Matches or QOperator.NotMatches;
        _comparesRelationships = op is QOperator.Equal or QOperator.Unequal;
        _looksIntoArrays = _comparesRelationships && value is not QRange;
    }

    /// <summary>Whether it holds where nothing in the target hits.</summary>
    public bool IsNegated { get; }

    /// <summary>
    /// Whether a whole that the operator cannot compare with matches: another type is unequal, but does not fail a pattern.
    /// </summary>
    private bool MatchesOtherTypes => IsNegated && !_isPattern;

    /// <summary>The value of an Attribute instance, whatever its kind.</summary>
    public bool HoldsForAttribute(in PackedAttribute attribute)
    {
        return attribute.Kind switch
        {
            AttributeKind.Relationship => _comparesRelationships && HoldsForJson(attribute.Value),
            AttributeKind.ListRelationship => _comparesRelationships && HoldsForObjects(attribute.Value),
            AttributeKind.LanguageProperty => HoldsForLanguages(attribute.Value, default),
            _ => HoldsForJson(attribute.Value),
        };
    }

    public bool HoldsForJson(ReadOnlySpan<byte> json)
    {
        if (!JsonText.IsArray(json)) return HoldsForScalar(StoredValue.Lexical(json));
        if (!_looksIntoArrays) return MatchesOtherTypes;
        foreach (var item in new JsonItems(json))
        {
            if (_test.Hits(StoredValue.Lexical(item))) return !IsNegated;
        }

        return IsNegated;
    }

    /// <summary>A language map, or of it one language.</summary>
    /// <param name="json">An object of strings and arrays of strings.</param>
    /// <param name="language">UTF-8; empty for all.</param>
    public bool HoldsForLanguages(ReadOnlySpan<byte> json, ReadOnlySpan<byte> language)
    {
        var exists = false;
        foreach (var member in new JsonMembers(json))
        {
            if (!language.IsEmpty && !Ascii.EqualsIgnoreCase(member.Name[1..^1], language)) continue;
            if (!JsonText.IsArray(member.Value))
            {
                exists = true;
                if (_test.Hits(member.Value)) return !IsNegated;
                continue;
            }

            exists |= _looksIntoArrays || MatchesOtherTypes;
            if (!_looksIntoArrays) continue;
            foreach (var item in new JsonItems(member.Value))
            {
                if (_test.Hits(item)) return !IsNegated;
            }
        }

        return exists && IsNegated;
    }

    /// <param name="utf8">A member that is a text, unescaped.</param>
    public bool HoldsForText(ReadOnlySpan<byte> utf8) => _test.HitsText(utf8) != IsNegated;

    /// <param name="ticks">UTC, of a member that is a DateTime.</param>
    public bool HoldsForInstant(long ticks) =>
        // The broker shows microseconds: what a client read must compare equal.
        !_isPattern && _test.HitsInstant(ticks - (ticks % TimeSpan.TicksPerMicrosecond)) != IsNegated;

    private bool HoldsForScalar(ReadOnlySpan<byte> json) =>
        _isPattern && !JsonText.IsString(json) ? false : _test.Hits(json) != IsNegated;

    private bool HoldsForObjects(ReadOnlySpan<byte> json)
    {
        if (!_looksIntoArrays) return MatchesOtherTypes;
        foreach (var item in new JsonItems(json))
        {
            if (_test.Hits(StoredValue.Object(item))) return !IsNegated;
        }

        return IsNegated;
    }
}
