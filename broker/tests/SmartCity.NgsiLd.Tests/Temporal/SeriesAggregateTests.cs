using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Temporal;
using Xunit;
using Property = SmartCity.NgsiLd.Entities.Property;

namespace SmartCity.NgsiLd.Tests.Temporal;

/// <summary>
/// Aggregates of generated series, with gaps, duplicates and late values, against an independent computation: lists, LINQ, and
/// periods that are counted one by one.
/// </summary>
public sealed class SeriesAggregateTests
{
    private const string All = "totalCount,distinctCount,sum,avg,min,max,stddev,sumsq";
    private static readonly DateTime Begin = new(2026, 1, 31, 0, 0, 0, DateTimeKind.Utc);

    private static readonly string[] Durations = ["PT0S", "PT15M", "PT1H", "P1D", "P1W", "P1M", "P1Y", "P1M2DT3H", "PT7M30.5S"];

    // Quarters of an hour over some hours or years, some of them twice, in any order.
    private static readonly Gen<DateTime> Time =
        from step in Gen.Frequency((3, Gen.Choose(0, 100)), (1, Gen.Choose(0, 40_000)))
        from seconds in Gen.Elements(0, 0, 0, 1, 899)
        select Begin.AddMinutes(15 * step).AddSeconds(seconds);

    private static readonly Gen<string> Number = Gen.OneOf(
        Gen.Choose(-50, 50).Select(n => n.ToString(CultureInfo.InvariantCulture)),
        Gen.Choose(-5000, 5000).Select(n => (n / 100m).ToString(CultureInfo.InvariantCulture)),
        Gen.Elements("1e3", "0", "-0.0", "1.50", "1000000.001"));

    private static readonly Gen<string[]> Kinds = Gen.Elements<string[]>(["n"], ["n"], ["n"], ["b"], ["n", "b"], ["s"], ["a"], ["o"], ["n", "s", "a", "o", "b"]);

    private static Gen<string> Value(string kind) => kind switch
    {
        "b" => Gen.Elements("true", "false"),
        "s" => Gen.Elements("\"a\"", "\"b\"", "\"é\"", "\"\\u0062\""),
        "a" => Gen.Elements("[]", "[1]", "[1,2]", "[[1,2],3]"),
        "o" => Gen.Elements("{}", "{\"a\":[1]}", "{\"a\":[1],\"b\":2}"),
        _ => Number,
    };

    private static readonly Gen<Case> Cases =
        from kinds in Kinds
        from times in Gen.NonEmptyListOf(Time)
        from values in Gen.Elements(kinds).SelectMany(Value).ListOf(times.Count)
        from duration in Gen.Elements(Durations)
        from relation in Gen.Elements("after", "before", "between", null)
        select new Case([.. times.Zip(values)], duration, relation);

    [Fact]
    public void Generated_series_come_to_what_is_computed_otherwise() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(400), Prop.ForAll(Cases.ToArbitrary(), Agrees));

    [Fact]
    public void A_long_series_of_small_numbers_keeps_its_digits()
    {
        var series = new SeriesAggregate(Aggregation.Parse("sum,avg,stddev", null).Value, TemporalQuery.All, 0, 1);
        for (var i = 0; i < 1_000_000; i++) series.Add(i, 0.1);
        series.Add(1_000_000, 1e12);
        series.Add(1_000_001, -1e12);

        var sum = (double)Written(series)["sum"]![0]![0]!;
        Assert.Equal(100_000, sum, 1e-9);
    }

    [Fact]
    public void Too_many_periods_are_told_and_not_kept()
    {
        var series = new SeriesAggregate(Aggregation.Parse("sum", "PT1S").Value, TemporalQuery.All, 0, 10);
        for (var i = 0; i < 1000; i++) series.Add(i * TimeSpan.TicksPerSecond, 1);

        Assert.True(series.IsTooLong);
        Assert.Equal(10, series.PeriodCount);
    }

    [Fact]
    public void What_JSON_cannot_tell_is_left_out()
    {
        var series = new SeriesAggregate(Aggregation.Parse("max,sumsq", null).Value, TemporalQuery.All, 0, 10);
        series.Add(1, 1e200);

        Assert.Empty(Written(series)["sumsq"]!.AsArray());
        Assert.Equal(1e200, (double)Written(series)["max"]![0]![0]!);
    }

    private static bool Agrees(Case given)
    {
        var query = Query(given.Relation);
        var inside = given.Points.Where(point => point.Time.Ticks >= query.From && point.Time.Ticks < query.To).ToList();
        if (inside.Count == 0) return true;
        var aggregation = Aggregation.Parse(All, given.Duration).Value;
        var series = new SeriesAggregate(aggregation, query, inside.Min(point => point.Time.Ticks), int.MaxValue);
        foreach (var (time, json) in inside)
        {
            if (json[0] is '-' or (>= '0' and <= '9')) series.Add(time.Ticks, double.Parse(json, CultureInfo.InvariantCulture));
            else series.Add(time.Ticks, Packed(json));
        }

        var written = Written(series);
        foreach (var method in All.Split(','))
        {
            var actual = written[method]?.AsArray().Select(Text).ToList() ?? [];
            var expected = Naive(inside, given.Duration, query, method);
            if (!Same(expected, actual))
                throw new InvalidOperationException($"{method}\nexpected {string.Join(' ', expected)}\nwritten  {string.Join(' ', actual)}");
        }

        return true;
    }

    // Periods one after the other from the origin, and for each the values in it.
    private static List<string> Naive(List<(DateTime Time, string Json)> points, string duration, TemporalQuery query, string method)
    {
        var (months, rest) = PeriodDuration.Parse(duration).Value;
        var (first, last) = (points.Min(point => point.Time), points.Max(point => point.Time));
        var start = query.From == long.MinValue ? first : new DateTime(query.From);
        var end = query.To == long.MaxValue ? DateTime.MaxValue : new DateTime(query.To);
        var lines = new List<string>();
        if (months == 0 && rest == 0)
        {
            Add(points.Select(point => point.Json), start, query.To == long.MaxValue ? last : end);
            return lines;
        }

        var origin = query.Relation == TimeRelation.Before ? end : start;
        var k = 0;
        while (Boundary(k) > first) k--;
        var sorted = points.OrderBy(point => point.Time).ToList();
        for (var next = 0; next < sorted.Count; k++)
        {
            var (from, to) = (Boundary(k), Boundary(k + 1));
            var values = sorted.Skip(next).TakeWhile(point => point.Time < to).Select(point => point.Json).ToList();
            next += values.Count;
            Add(values, from, to < end ? to : end);
        }

        return lines;

        DateTime Boundary(int index) => origin.AddMonths(months * index).AddTicks(rest * index);

        void Add(IEnumerable<string> values, DateTime from, DateTime to)
        {
            var all = values.ToList();
            if (all.Count > 0 && Naive(all, method) is { } value) lines.Add($"{value}@{from:s}@{to:s}");
        }
    }

    private static string? Naive(List<string> values, string method)
    {
        var numbers = values.Where(json => json[0] is '-' or 't' or 'f' or (>= '0' and <= '9'))
            .Select(json => json switch { "true" => 1m, "false" => 0m, _ => decimal.Parse(json, NumberStyles.Float, CultureInfo.InvariantCulture) }).ToList();
        var texts = values.Where(json => json[0] == '"').Select(json => (string)JsonNode.Parse(json)!).ToList();
        var sizes = values.Where(json => json[0] == '[').Select(json => (decimal)JsonNode.Parse(json)!.AsArray().Count).ToList();
        if (method == "totalCount") return $"{values.Count}";
        if (method == "distinctCount") return $"{values.Select(json => json[0] is '-' or (>= '0' and <= '9') ? $"n{double.Parse(json, CultureInfo.InvariantCulture) + 0.0:R}".Replace("n-0", "n0", StringComparison.Ordinal) : json).Distinct().Count()}";
        if (numbers.Count == 0 && texts.Count > 0)
        {
            var ordered = texts.Order(StringComparer.Ordinal).ToList();
            return method switch { "min" => ordered[0], "max" => ordered[^1], _ => null };
        }

        var isSizes = numbers.Count == 0;
        var used = isSizes ? sizes : numbers;
        if (used.Count == 0 || (isSizes && method is "stddev" or "sumsq" && isSizes)) return null;
        var average = used.Average();
        return method switch
        {
            "sum" => Text((double)used.Sum()),
            "avg" => Text((double)average),
            "min" => Text((double)used.Min()),
            "max" => Text((double)used.Max()),
            "sumsq" => Text((double)used.Sum(number => number * number)),
            _ => Text(Math.Sqrt((double)used.Average(number => (number - average) * (number - average)))),
        };
    }

    private static bool Same(List<string> expected, List<string> actual)
    {
        if (expected.Count != actual.Count) return false;
        foreach (var (one, other) in expected.Zip(actual))
        {
            var (a, b) = (one.Split('@'), other.Split('@'));
            if (a[1] != b[1] || a[2] != b[2]) return false;
            if (double.TryParse(a[0], CultureInfo.InvariantCulture, out var x) && double.TryParse(b[0], CultureInfo.InvariantCulture, out var y))
            {
                if (Math.Abs(x - y) > 1e-9 * Math.Max(1, Math.Abs(x))) return false;
            }
            else if (a[0] != b[0])
            {
                return false;
            }
        }

        return true;
    }

    private static TemporalQuery Query(string? relation) => TemporalQueryParser.Parse(
        relation,
        relation is null ? null : relation == "before" ? "2026-02-01T00:00:00Z" : "2026-01-31T00:00:00Z",
        relation == "between" ? "2026-03-15T10:00:00Z" : null,
        null,
        null).Value;

    private static string Text(JsonNode? line)
    {
        var (value, from, to) = (line![0]!, DateTimeOffset.Parse((string)line[1]!, CultureInfo.InvariantCulture), DateTimeOffset.Parse((string)line[2]!, CultureInfo.InvariantCulture));
        var text = value.GetValueKind() == System.Text.Json.JsonValueKind.String ? (string)value! : Text((double)value);
        return $"{text}@{from.UtcDateTime:s}@{to.UtcDateTime:s}";
    }

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static PackedAttribute Packed(string json) => PackedEntity.Pack(new Entity
    {
        Id = "urn:x:1",
        Types = [],
        Attributes = [new Property { Name = "urn:n:a", Value = NgsiLd.Entities.JsonValue.Of(json) }],
    }).Attributes.First;

    private static JsonNode Written(SeriesAggregate series)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new TemporalWriter(new TemporalRepresentation { Format = TemporalFormat.AggregatedValues }, Context.Core, output);
        writer.Open(new("urn:x:1", [], default, default, null));
        writer.Aggregate("urn:n:a", series);
        writer.Close();
        return JsonNode.Parse(Encoding.UTF8.GetString(output.WrittenSpan))!["urn:n:a"]!;
    }

    private sealed record Case((DateTime Time, string Json)[] Points, string Duration, string? Relation)
    {
        public override string ToString() => $"{Duration} {Relation} {string.Join(' ', Points.Select(point => $"{point.Time:s}={point.Json}"))}";
    }
}
