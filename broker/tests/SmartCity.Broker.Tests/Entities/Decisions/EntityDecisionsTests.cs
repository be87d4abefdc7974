using SmartCity.Broker.Entities.Decisions;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using Xunit;

namespace SmartCity.Broker.Tests.Entities.Decisions;

// ETSI GS CIM 009 5.6.1, 5.6.6, 5.6.8, 5.6.18
public class EntityDecisionsTests
{
    [Fact]
    public void Creating_lists_every_instance_and_refuses_what_exists()
    {
        var creation = new EntityCreation(Told.Entity("""{"a":1,"b":[{"value":2},{"value":3,"datasetId":"urn:x:1"}]}"""));
        var change = creation.Decide(null, Told.Today).Value;
        Assert.True(change.IsCreation);
        Assert.Equal("a Created, b Created, b[urn:x:1] Created", Told.Words(change));
        Assert.Equal(Told.Today, change.After!.CreatedAt);
        Told.Fails("{}", creation.Decide, NgsiLdErrorKind.AlreadyExists, Told.Id);
    }

    [Fact]
    public void Deleting_lists_every_instance_and_needs_the_Entity()
    {
        var deletion = new EntityDeletion(Told.Id, default);
        var change = deletion.Decide(Told.Kept("""{"a":1,"b":[{"value":2},{"value":3,"datasetId":"urn:x:1"}]}"""), Told.Today).Value;
        Assert.True(change.IsDeletion);
        Assert.Equal("a Deleted, b Deleted, b[urn:x:1] Deleted", Told.Words(change));
        Assert.Equal(NgsiLdErrorKind.ResourceNotFound, deletion.Decide(null, Told.Today).Error!.Kind);
    }

    [Theory]
    [InlineData("""{"a":1,"b":2}""", """{"b":3,"c":4}""", """{"b":{"type":"Property","value":3},"c":{"type":"Property","value":4}}""", "b Updated, c Created, a Deleted")]
    [InlineData("""{"a":1,"scope":"/x"}""", """{"a":1}""", """{"a":{"type":"Property","value":1}}""", "a Rewritten")]
    public void Replacing_leaves_nothing_of_the_old_content(string before, string entity, string after, string changes)
    {
        Told.Becomes(before, new EntityReplacement(Told.Id, default, Told.Entity(entity)).Decide, after, changes);
        Told.Becomes(before, new EntityUpsert(Told.Entity(entity), Update: false).Decide, after, changes);
    }

    [Fact]
    public void Replacing_replaces_types_and_keeps_createdAt()
    {
        var hall = Told.Entity("""{"a":1}""") with { Types = [Told.Vocabulary + "Hall"] };
        var after = new EntityReplacement(Told.Id, default, hall).Decide(Told.Kept("{}"), Told.Today).Value.After!;
        Assert.Equal(Told.Vocabulary + "Hall", Assert.Single(after.Unpack().Types));
        Assert.Equal(Told.Yesterday, after.CreatedAt);
        Assert.Equal(Told.Today, after.ModifiedAt);
        Assert.Equal(NgsiLdErrorKind.ResourceNotFound, new EntityReplacement(Told.Id, default, hall).Decide(null, Told.Today).Error!.Kind);
    }

    [Fact]
    public void An_upsert_creates_what_is_missing_and_updates_where_asked()
    {
        var upsert = new EntityUpsert(Told.Entity("""{"a":1}"""), Update: true);
        Assert.True(upsert.Decide(null, Told.Today).Value.IsCreation);
        Told.Becomes("""{"a":{"value":2,"unitCode":"CEL"},"b":1}""", upsert.Decide,
            """{"a":{"type":"Property","value":1},"b":{"type":"Property","value":1}}""", "a Updated");
    }

    [Fact]
    public void expiresAt_is_set_kept_and_removed()
    {
        const string Before = """{"expiresAt":"2030-01-01T00:00:00Z","a":{"value":1,"expiresAt":"2029-01-01T00:00:00Z"}}""";
        Assert.Equal("2030-01-01T00:00:00Z", Told.Kept(Before).ExpiresAt?.Text);
        Assert.Equal("2030-01-01T00:00:00Z", Merged("""{"b":1}""").ExpiresAt?.Text);
        Assert.Equal("2031-01-01T00:00:00Z", Merged("""{"expiresAt":"2031-01-01T00:00:00Z"}""").ExpiresAt?.Text);
        Assert.Null(Merged("""{"expiresAt":"urn:ngsi-ld:null"}""").ExpiresAt);
        Assert.Equal("2029-01-01T00:00:00Z", Merged("""{"a":2}""").Attributes[0].ExpiresAt?.Text);

        Entity Merged(string fragment) =>
            new EntityMerge(Told.Id, default, Told.Fragment(fragment), Broker.Entities.MergeOptions.None)
                .Decide(Told.Kept(Before), Told.Today).Value.After!.Unpack();
    }
}
