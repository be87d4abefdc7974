using System.Collections.Immutable;
using SmartCity.NgsiLd.Entities;
using Xunit;

namespace SmartCity.NgsiLd.Tests.Entities;

public class EntityChangeTests
{
    private static readonly PackedEntity Some = PackedEntity.Pack(new() { Id = "urn:a", Types = ["urn:T"] });
    private static readonly PackedEntity Other = PackedEntity.Pack(new() { Id = "urn:a", Types = ["urn:T"] });

    /// <summary>Attribute and kind of the first change, of the second, and of both together.</summary>
    [Theory]
    [InlineData("a created", "a updated", "a created")]
    [InlineData("a created", "a rewritten", "a created")]
    [InlineData("a created", "a deleted", "")]
    [InlineData("a updated", "a updated", "a updated")]
    [InlineData("a updated", "a rewritten", "a updated")]
    [InlineData("a updated", "a deleted", "a deleted")]
    [InlineData("a deleted", "a created", "a updated")]
    [InlineData("a rewritten", "a updated", "a updated")]
    [InlineData("a rewritten", "a deleted", "a deleted")]
    [InlineData("a updated", "b created", "a updated,b created")]
    [InlineData("a/urn:d updated", "a deleted", "a/urn:d updated,a deleted")]
    [InlineData("a updated,b deleted", "c created,b created", "a updated,b updated,c created")]
    public void Two_changes_are_one(string first, string second, string both)
    {
        var change = Change(Some, Other, first).Then(Change(Other, Some, second));
        Assert.Equal(both, string.Join(',', change.Attributes.Select(Name)));
        Assert.Same(Some, change.Before);
        Assert.Same(Some, change.After);
    }

    [Fact]
    public void What_came_and_went_is_a_deletion() =>
        Assert.True(Change(null, Some, "a created").Then(Change(Some, null, "a deleted")) is { IsDeletion: true, Attributes.Length: 1 });

    [Fact]
    public void What_went_and_came_is_an_update()
    {
        var change = Change(Some, null, "a deleted").Then(Change(null, Other, "a created"));
        Assert.False(change.IsCreation || change.IsDeletion);
        Assert.Equal("a updated", Name(change.Attributes.Single()));
    }

    private static string Name(AttributeChange change) =>
        change.Name + (change.DatasetId is { } id ? "/" + id : "") + " " + change.Kind.ToString().ToLowerInvariant();

    private static EntityChange Change(PackedEntity? before, PackedEntity? after, string attributes) => new()
    {
        EntityId = "urn:a",
        Before = before,
        After = after,
        At = DateTimeOffset.UnixEpoch,
        Attributes = attributes.Split(',').Select(Attribute).ToImmutableArray(),
    };

    private static AttributeChange Attribute(string text)
    {
        var (name, kind) = (text.Split(' ')[0].Split('/'), text.Split(' ')[1]);
        return new(name[0], name.ElementAtOrDefault(1), Enum.Parse<AttributeChangeKind>(kind, ignoreCase: true));
    }
}
