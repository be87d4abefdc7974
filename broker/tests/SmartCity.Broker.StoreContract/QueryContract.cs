using System.Collections.Immutable;
using NetTopologySuite.Geometries;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using Xunit;

namespace SmartCity.Broker.StoreContract;

/// <summary>Queries: order, paging, and that no index ever loses or invents an Entity.</summary>
public abstract class QueryContract : StoreContract
{
    private const int Count = 3000;

    private readonly Random _random = new(4711);

    [Fact]
    public async Task Pages_give_each_Entity_exactly_once_in_the_order_of_creation()
    {
        await Fill();
        var query = new EntityQuery { Selectors = [new() { Type = new TypeIs(Writes.Vehicle) }] };
        var all = (await Query(query, limit: Count)).Entities.Select(e => e.Id).ToList();
        var paged = new List<string>();
        for (var hasMore = true; hasMore;)
        {
            var page = await Query(query, paged.Count, 37, count: true);
            Assert.Equal(all.Count, page.Total);
            paged.AddRange(page.Entities.Select(e => e.Id));
            hasMore = page.HasMore;
        }

        Assert.Equal(all, paged);
        await Store.ReopenAsync();
        Assert.Equal(all, (await Query(query, limit: Count)).Entities.Select(e => e.Id));
    }

    [Fact]
    public async Task The_order_stays_while_Entities_come_change_and_go()
    {
        await Fill();
        var before = (await Query(new(), limit: Count * 2)).Entities.Select(e => e.Id).ToList();
        await Commit([.. Enumerable.Range(0, 500).Select(i => Writes.Put(Vehicle(i * 3)))]);
        await Commit([.. Enumerable.Range(0, 200).Select(i => Writes.Delete($"urn:{i * 7}"))]);
        await Commit([.. Enumerable.Range(Count, 100).Select(i => Writes.Put(Vehicle(i)))]);
        var gone = Enumerable.Range(0, 200).Select(i => $"urn:{i * 7}").ToHashSet();
        var expected = before.Where(id => !gone.Contains(id)).Concat(Enumerable.Range(Count, 100).Select(i => $"urn:{i}"));
        Assert.Equal(expected, (await Query(new(), limit: Count * 2)).Entities.Select(e => e.Id));
    }

    [Fact]
    public async Task A_count_alone_needs_no_page()
    {
        await Fill();
        var page = await Query(new(), limit: 0, count: true);
        Assert.Empty(page.Entities);
        Assert.Equal(Count, page.Total);
        Assert.Null((await Query(new(), limit: 1)).Total);
        Assert.Equal(0, (await Query(new() { Selectors = [new() { Type = new TypeIs("https://example.org/Nothing") }] }, count: true)).Total);
    }

    [Fact]
    public async Task Answers_are_those_of_looking_at_every_Entity()
    {
        await Fill();
        for (var round = 0; round < 4; round++)
        {
            foreach (var query in Queries()) await Compare(query);
            // What was asked for once may be indexed by now, and must follow the changes.
            await Churn();
            await Task.Delay(50);
        }

        await Store.ReopenAsync();
        foreach (var query in Queries()) await Compare(query);
    }

    [Fact]
    public async Task Readers_beside_a_writer_never_miss_what_matches_all_the_time()
    {
        await Commit([.. Enumerable.Range(0, 1000).Select(i => Writes.Put(Writes.Entity($"urn:{i}", Writes.Number(Writes.Speed, 100 + i % 50))))]);
        var query = new EntityQuery { Q = new QCompare(AttributePath.Of(Writes.Speed), QOperator.GreaterOrEqual, new QNumber(100, "100")) };
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            var random = new Random(1);
            while (!stop.IsCancellationRequested)
            {
                await Commit(Writes.Put(Writes.Entity($"urn:{random.Next(1000)}", Writes.Number(Writes.Speed, 100 + random.Next(50)))));
            }
        });
        for (var i = 0; i < 300; i++) Assert.Equal(1000, (await Query(query, limit: 1000)).Entities.Length);
        await stop.CancelAsync();
        await writing;
    }

    private async Task Compare(EntityQuery query)
    {
        var all = new List<PackedEntity>();
        var matcher = new EntityMatcher(query);
        foreach (var entity in (await Query(new(), limit: Count * 2)).Entities)
        {
            if (matcher.Matches(entity)) all.Add(entity);
        }

        var (offset, limit) = (_random.Next(all.Count + 3), _random.Next(1, 50));
        foreach (var (o, l, count) in ((int, int, bool)[])[(0, 20, false), (offset, limit, true), (offset, limit, false), (0, Count * 2, true)])
        {
            var page = await Query(query, o, l, count);
            Assert.Equal(all.Skip(o).Take(l).Select(e => e.Id), page.Entities.Select(e => e.Id));
            Assert.Equal(all.Count > o + l, page.HasMore);
            Assert.Equal(count ? all.Count : null, page.Total);
        }
    }

    private async Task Fill() =>
        await Commit([.. Enumerable.Range(0, Count).Select(i => Writes.Create(Vehicle(i)))]);

    private async Task Churn()
    {
        await Commit([.. Enumerable.Range(0, 300).Select(_ => Writes.Put(Vehicle(_random.Next(Count))))]);
        await Commit([.. Enumerable.Range(0, 50).Select(_ => Writes.Delete($"urn:{_random.Next(Count)}"))]);
    }

    private Entity Vehicle(int i)
    {
        var attributes = ImmutableArray.CreateBuilder<NgsiLd.Entities.Attribute>();
        attributes.Add(Speed());
        if (_random.Next(3) > 0) attributes.Add(Writes.Text(Writes.Colour, Colour()));
        if (_random.Next(5) == 0)
        {
            attributes.Add(Writes.Number(Writes.Colour, _random.Next(9)) with { DatasetId = "urn:d:1" });
        }

        if (_random.Next(4) > 0) attributes.Add(new Relationship { Name = Writes.Owner, Objects = [.. Enumerable.Range(0, _random.Next(1, 3)).Select(_ => $"urn:p:{_random.Next(300)}")] });
        attributes.Add(new GeoProperty { Name = Writes.Location, Value = JsonValue.Of(Place()) });
        return new()
        {
            Id = $"urn:{i}",
            Types = _random.Next(10) switch { 0 => [Writes.Building], 1 => [Writes.Vehicle, Writes.Building], _ => [Writes.Vehicle] },
            Scopes = _random.Next(6) switch { 0 => [$"/a/{_random.Next(4)}"], 1 => ["/b", $"/a/{_random.Next(4)}"], _ => [] },
            Attributes = attributes.ToImmutable(),
        };
    }

    private Property Speed() => _random.Next(12) switch
    {
        0 => Writes.Text(Writes.Speed, Colour()),
        1 => new() { Name = Writes.Speed, Value = JsonValue.Of($"[{_random.Next(200)},{_random.Next(200)}]") },
        2 => new() { Name = Writes.Speed, Value = JsonValue.Of("{\"a\":1}") },
        3 => Writes.Number(Writes.Speed, -_random.Next(5) * 0.5),
        _ => Writes.Number(Writes.Speed, _random.Next(200)),
    };

    private string Colour() => ((string[])["red", "green", "blue", $"c{_random.Next(500)}"])[_random.Next(4)];

    private string Place()
    {
        // A dense city, and the rest of the world.
        var (x, y) = _random.Next(2) == 0
            ? (8.6 + _random.Next(1000) / 5000.0, 49.4 + _random.Next(1000) / 5000.0)
            : (_random.Next(-1800, 1801) / 10.0, _random.Next(-900, 901) / 10.0);
        return _random.Next(4) > 0
            ? FormattableString.Invariant($"{{\"type\":\"Point\",\"coordinates\":[{x},{y}]}}")
            : FormattableString.Invariant($"{{\"type\":\"LineString\",\"coordinates\":[[{x},{y}],[{x / 2},{y - y / 100}]]}}");
    }

    private IEnumerable<EntityQuery> Queries()
    {
        var vehicle = new EntitySelector { Type = new TypeIs(Writes.Vehicle) };
        var building = new EntitySelector { Type = new TypeIs(Writes.Building) };
        yield return new() { Selectors = [vehicle, building] };
        yield return new() { Selectors = [new() { Type = new TypeAnd([new TypeIs(Writes.Vehicle), new TypeIs(Writes.Building)]) }] };
        yield return new() { Selectors = [new() { Ids = [$"urn:{_random.Next(Count)}", "urn:nobody", $"urn:{_random.Next(Count)}"] }] };
        yield return new() { Selectors = [building, new() { Ids = ["urn:1", "urn:2", "urn:1"] }] };
        yield return new() { AttributeNames = [Writes.Owner, Writes.Colour] };
        yield return new() { AttributeNames = ["https://example.org/none"] };
        var scope = new ScopePattern(["a", "1"]);
        yield return new() { Scope = scope };
        yield return new() { Scope = new ScopePattern(["+", "2"]) };
        yield return new() { Scope = new ScopePattern(["a", "#"]) };
        yield return new() { Scope = new ScopeAnd([scope, new ScopePattern(["b"])]) };
        yield return new() { Scope = new ScopeOr([scope, new ScopePattern(["b"])]) };
        foreach (var op in Enum.GetValues<QOperator>().Where(o => o < QOperator.Matches))
        {
            yield return Where(Writes.Speed, op, Number(_random.Next(-2, 202)));
            yield return Where(Writes.Colour, op, new QString(Colour()));
        }

        yield return Where(Writes.Speed, QOperator.Equal, new QRange(Number(100), Number(101)));
        yield return Where(Writes.Speed, QOperator.Equal, new QList([Number(100), Number(7)]));
        yield return Where(Writes.Colour, QOperator.Equal, new QList([new QString("c1"), new QString("c2")]));
        yield return Where(Writes.Owner, QOperator.Equal, new QUri($"urn:p:{_random.Next(300)}"));
        yield return new()
        {
            Selectors = [vehicle],
            Q = new QAnd([
                new QCompare(AttributePath.Of(Writes.Speed), QOperator.Greater, Number(150)),
                new QCompare(AttributePath.Of(Writes.Colour), QOperator.Equal, new QString("red")),
                new QExists(AttributePath.Of(Writes.Owner))]),
        };
        foreach (var metres in (double[])[100, 3000, 60_000, 2_000_000])
        {
            yield return Near(8.7, 49.5, metres);
            yield return Near(_random.Next(-1800, 1801) / 10.0, _random.Next(-900, 901) / 10.0, metres);
            yield return Near(179.99, 10, metres);
        }

        yield return Within(8.65, 49.45, 8.66, 49.46);
        yield return Within(-180, -90, 180, 90);
        yield return Within(-20, -20, 20, 20);
    }

    private static QNumber Number(int value) => new(value, $"{value}");

    private static EntityQuery Where(string name, QOperator op, QValue value) =>
        new() { Q = new QCompare(AttributePath.Of(name), op, value) };

    private static EntityQuery Near(double x, double y, double metres) => new()
    {
        Geo = new(GeoRelation.NearMaxDistance, new Point(x, y), metres, AttributePath.Of(Writes.Location)),
    };

    private static EntityQuery Within(double west, double south, double east, double north) => new()
    {
        Geo = new(
            GeoRelation.Within,
            new Polygon(new LinearRing([new(west, south), new(east, south), new(east, north), new(west, north), new(west, south)])),
            0, AttributePath.Of(Writes.Location)),
    };
}
