using System.Collections.Immutable;
using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using NetTopologySuite.Geometries;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.NgsiLd.Tests.Queries;

/// <summary>Trees of every shape that a parser can give, with names and texts that need quoting.</summary>
internal static class GeneratedQueries
{
    private const string Vocabulary = "https://uri.etsi.org/ngsi-ld/default-context/";

    private static readonly Gen<string> Name = Gen.Elements(
        Vocabulary + "speed", Vocabulary + "größe", Vocabulary + "日本", Vocabulary + "a_1", "https://example.org/v1.0/a#b",
        "urn:example:a.b", "https://example.org/(a;b)|c,d", "https://uri.etsi.org/ngsi-ld/location", "https://example.org/a b");

    private static readonly Gen<string> Text = Gen.Elements(
        "", "red", "a b ", "quote\"", "back\\slash", "line\nbreak", "nul\0", "a;b|c,(d)", "1", "true", "urn:x:y", "😀é", "2020-01-01", "..", "\\u0041");

    private static readonly Gen<QValue> Number = Gen.Elements("0", "-1", "20", "1.5", "-2.5e-3", "1E400", "123456789012345678901234567890")
        .Select(text => (QValue)new QNumber(double.Parse(text, CultureInfo.InvariantCulture), text));

    private static readonly Gen<QValue> Quoted = Text.Select(text => (QValue)new QString(text));

    private static readonly Gen<QValue> DateTime = Gen.Elements("2020-01-01T00:00:00Z", "2018-12-04T12:00:00.123456Z", "2018-12-04T12:00:00,5Z")
        .Select(text => (QValue)new QTemporal(text, QTemporalKind.DateTime));

    private static readonly Gen<QValue> Date = Gen.Constant((QValue)new QTemporal("2020-02-29", QTemporalKind.Date));

    private static readonly Gen<QValue> Time = Gen.Constant((QValue)new QTemporal("23:59:59.9Z", QTemporalKind.Time));

    private static readonly Gen<QValue> Comparable = Gen.OneOf(Number, Quoted, DateTime, Date, Time);

    private static readonly Gen<QValue> Single = Gen.OneOf(
        Comparable, Gen.Elements(true, false).Select(value => (QValue)new QBoolean(value)),
        Gen.Elements("urn:ngsi-ld:Vehicle:1", "http://example.org/a..b?c=(d;e)#f").Select(uri => (QValue)new QUri(uri)));

    private static readonly Gen<QValue> Pattern = Gen.Elements("^a", "(a|b);c", "\"x\"", "[\"]", @"\d+\\", "[[:digit:]]", " a ", "a)|(b".Replace(")|(", "|"))
        .Select(text => (QValue)new QPattern(TextPattern.Parse(text).Value));

    private static readonly Gen<AttributePath> PlainPath =
        from names in Some(Name, 1, 3)
        from member in Gen.Frequency((5, Gen.Constant("")), (1, Gen.Elements("observedAt", "unitCode", "datasetId", "createdAt")))
        from trailing in Gen.OneOf(Gen.Constant(ImmutableArray<string>.Empty), Some(Gen.Elements("city", "en-GB", "*", "a.b", "x]", "", " y", "q\"", "@value"), 1, 3))
        select new AttributePath { Names = member.Length == 0 ? names : names.Add(member), Trailing = trailing };

    private static readonly Gen<AttributePath> Path = Gen.Frequency(
        (8, PlainPath),
        (1, Gen.Elements("createdAt", "modifiedAt", "id", "scope").Select(AttributePath.Of)),
        (2, from outer in Some(Name, 1, 2)
            from types in Some(Name, 0, 2)
            from inner in PlainPath
            select new AttributePath { Names = outer, Linked = new(types, inner) }));

    public static Arbitrary<QExpression> Q => Arb.From(Gen.Sized(size => Expression(Math.Min(size, 8))));

    public static Arbitrary<TypeSelection> Types => Arb.From(Gen.Sized(size => Selection(Math.Min(size, 20))));

    public static Arbitrary<ScopeQuery> Scopes => Arb.From(Gen.Sized(size => Scope(Math.Min(size, 20))));

    public static Arbitrary<Projection> Projections => Arb.From(Gen.Sized(size => Members(Math.Min(size, 20))));

    public static Arbitrary<GeoQuery> Geo => Arb.From(
        from relation in Gen.Elements(Enum.GetValues<GeoRelation>())
        from geometry in AnyGeometry
        from metres in Gen.Elements(0.5, 2000, 1e7)
        from path in Gen.OneOf(
            Some(Name, 1, 3).Select(names => new AttributePath { Names = names }),
            Gen.Constant(AttributePath.Of("https://uri.etsi.org/ngsi-ld/location")))
        let near = relation is GeoRelation.NearMaxDistance or GeoRelation.NearMinDistance
        select new GeoQuery(relation, geometry, near ? metres : 0, path));

    private static Gen<Geometry> AnyGeometry
    {
        get
        {
            var x = Gen.Choose(-1799, 1700).Select(n => n / 10.0);
            var y = Gen.Choose(-899, 800).Select(n => n / 10.0);
            var point = from a in x from b in y select new Coordinate(a, b);
            return
                from at in point
                from kind in Gen.Choose(0, 5)
                let corners = new[] { at, new(at.X + 5, at.Y), new(at.X + 5, at.Y + 5), at }
                let polygon = new Polygon(new LinearRing(corners))
                select kind switch
                {
                    0 => (Geometry)new Point(at),
                    1 => new LineString(corners),
                    2 => polygon,
                    3 => new MultiPoint([new Point(at), new Point(corners[2])]),
                    4 => new MultiLineString([new LineString(corners)]),
                    _ => new MultiPolygon([polygon]),
                };
        }
    }

    private static Gen<QExpression> Expression(int size) => size < 2
        ? Gen.OneOf(Path.Select(path => (QExpression)new QExists(path)), Comparison)
        : Gen.OneOf(
            Comparison,
            Some(Expression(size / 3), 2, 3).Select(terms => (QExpression)new QAnd(terms)),
            Some(Expression(size / 3), 2, 3).Select(terms => (QExpression)new QOr(terms)));

    private static Gen<QExpression> Comparison => Gen.OneOf(
        from path in Path
        from op in Gen.Elements(QOperator.Equal, QOperator.Unequal)
        from value in Gen.OneOf(Single, Range, Some(Single, 2, 4).Select(items => (QValue)new QList(items)))
        select (QExpression)new QCompare(path, op, value),
        from path in Path
        from op in Gen.Elements(QOperator.Greater, QOperator.GreaterOrEqual, QOperator.Less, QOperator.LessOrEqual)
        from value in Comparable
        select (QExpression)new QCompare(path, op, value),
        from path in Path
        from op in Gen.Elements(QOperator.Matches, QOperator.NotMatches)
        from value in Pattern
        select (QExpression)new QCompare(path, op, value));

    private static Gen<QValue> Range =>
        from kind in Gen.Elements(Number, Quoted, DateTime, Date, Time)
        from low in kind
        from high in kind
        select (QValue)new QRange(low, high);

    private static Gen<TypeSelection> Selection(int size)
    {
        var leaf = Gen.Frequency((6, Name.Select(name => (TypeSelection)new TypeIs(name))), (1, Gen.Constant((TypeSelection)new TypeAny())));
        return size < 2 ? leaf : Gen.OneOf(
            leaf,
            Some(Selection(size / 3), 2, 3).Select(terms => (TypeSelection)new TypeAnd(terms)),
            Some(Selection(size / 3), 2, 3).Select(terms => (TypeSelection)new TypeOr(terms)));
    }

    private static Gen<ScopeQuery> Scope(int size)
    {
        var leaf =
            from levels in Some(Gen.Elements("Madrid", "größe", "a_1", "+"), 1, 3)
            from below in Gen.Elements(true, false)
            select (ScopeQuery)new ScopePattern(below ? levels.Add("#") : levels);
        return size < 2 ? leaf : Gen.OneOf(
            leaf,
            Some(Scope(size / 3), 2, 3).Select(terms => (ScopeQuery)new ScopeAnd(terms)),
            Some(Scope(size / 3), 2, 3).Select(terms => (ScopeQuery)new ScopeOr(terms)));
    }

    private static Gen<Projection> Members(int size) => Some(Member(size), 1, 3).Select(members => new Projection(members));

    private static Gen<ProjectedMember> Member(int size) =>
        from name in Gen.OneOf(Name, Gen.Elements("id", "type", "scope"))
        from linked in size < 2 ? Gen.Constant<Projection?>(null) : Gen.OneOf(Gen.Constant<Projection?>(null), Members(size / 3).Select(p => (Projection?)p))
        select new ProjectedMember(name, linked);

    private static Gen<ImmutableArray<T>> Some<T>(Gen<T> item, int least, int most) =>
        from count in Gen.Choose(least, most)
        from items in Gen.ListOf(item, count)
        select items.ToImmutableArray();
}
