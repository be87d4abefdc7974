using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using Xunit;

namespace SmartCity.Broker.StoreContract;

/// <summary>Links between Entities: found many at once, and followed by queries (ETSI GS CIM 009 4.5.23, 4.9).</summary>
public abstract class LinkContract : StoreContract
{
    private static readonly Timestamp Past = new(new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), "2020-01-01T00:00:00Z");

    private static Entity Linking(string id, params string[] owners) =>
        Writes.Entity(id, new Relationship { Name = Writes.Owner, Objects = [.. owners] });

    private Task FillAsync() => Commit(
        Writes.Put(Linking("urn:1", "urn:blue", "urn:gone")),
        Writes.Put(Linking("urn:2", "urn:red")),
        Writes.Put(Linking("urn:3", "urn:expired")),
        Writes.Put(Linking("urn:4", "urn:1")),
        Writes.Put(Writes.Entity("urn:blue", Writes.Text(Writes.Colour, "blue"))),
        Writes.Put(Writes.Entity("urn:red", Writes.Text(Writes.Colour, "red"), Writes.Text(Writes.Speed, "x") with { ExpiresAt = Past })),
        Writes.Put(Writes.Entity("urn:expired", Writes.Text(Writes.Colour, "blue")) with { ExpiresAt = Past }));

    [Fact]
    public async Task Those_that_there_are_come_in_the_order_in_which_they_were_asked_for()
    {
        await FillAsync();
        string[] ids = ["urn:red", "urn:gone", "urn:expired", "urn:1", "urn:blue"];
        var found = await Store.Entities.FindManyAsync("", ids, Soon);
        Assert.Equal(["urn:red", "urn:1", "urn:blue"], found.Select(entity => entity.Id));
        // What has expired of them is not there either.
        Assert.Single(found[0].Unpack().Attributes);
        Assert.Empty(await Store.Entities.FindManyAsync("", [], Soon));
        Assert.Empty(await Store.Entities.FindManyAsync("elsewhere", ids, Soon));
    }

    [Theory]
    [InlineData("<https://example.org/owner>{<https://example.org/colour>}==\"blue\"", "urn:1")]
    [InlineData("<https://example.org/owner>{<https://example.org/speed>}", "")]
    [InlineData("<https://example.org/owner>{<https://example.org/owner>{<https://example.org/colour>}}", "urn:4")]
    [InlineData("<https://example.org/owner>{<https://example.org/Vehicle>:<https://example.org/colour>}", "urn:1 urn:2")]
    [InlineData("<https://example.org/owner>{<https://example.org/Building>:<https://example.org/colour>}", "")]
    public async Task A_query_follows_links_to_what_there_is(string q, string ids)
    {
        await FillAsync();
        var query = new EntityQuery { Q = QParser.Parse(q, NgsiLd.Contexts.Context.Core).Value };
        var page = await Query(query, count: true);
        Assert.Equal(ids, string.Join(' ', page.Entities.Select(entity => entity.Id)));
        Assert.Equal(page.Entities.Length, page.Total);
    }
}
