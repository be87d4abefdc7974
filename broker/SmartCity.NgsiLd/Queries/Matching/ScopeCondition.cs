using System.Text;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.NgsiLd.Queries.Matching;

/// <summary>Some scope of an Entity fits a pattern (ETSI GS CIM 009 4.19).</summary>
internal sealed class ScopeCondition : Condition
{
    /// <summary>Without the last <c>#</c>; empty stands for <c>+</c>.</summary>
    private readonly byte[][] _levels;
    private readonly bool _below;

    private ScopeCondition(ScopePattern pattern)
    {
        _below = pattern.Levels[^1] == "#";
        var levels = _below ? pattern.Levels[..^1] : pattern.Levels;
        _levels = [.. levels.Select(level => level == "+" ? [] : Encoding.UTF8.GetBytes(level))];
    }

    public static Condition Compile(ScopeQuery query) => query switch
    {
        ScopePattern pattern => new ScopeCondition(pattern),
        ScopeAnd and => new AllOf([.. and.Terms.Select(Compile)]),
        ScopeOr or => new AnyOf([.. or.Terms.Select(Compile)]),
        _ => throw new ArgumentException("The tree has a node of an unknown kind.", nameof(query)),
    };

    public override bool Holds(PackedEntity entity)
    {
        for (var i = entity.ScopeCount - 1; i >= 0; i--)
        {
            if (Fits(entity.ScopeUtf8At(i))) return true;
        }

        return false;
    }

    private bool Fits(ReadOnlySpan<byte> scope)
    {
        var rest = scope.Length > 0 && scope[0] == '/' ? scope[1..] : scope;
        foreach (var wanted in _levels)
        {
            if (rest.IsEmpty) return false;
            var slash = rest.IndexOf((byte)'/');
            var level = slash < 0 ? rest : rest[..slash];
            if (wanted.Length > 0 && !level.SequenceEqual(wanted)) return false;
            rest = slash < 0 ? default : rest[(slash + 1)..];
        }

        return rest.IsEmpty || _below;
    }
}
