using System.Text.Json;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Queries.Ordering;
using Xunit;
using Property = SmartCity.NgsiLd.Entities.Property;

namespace SmartCity.NgsiLd.Tests.Queries.Ordering;

public sealed class CollationTests
{
    [Theory]
    [InlineData("und", "a A b B z Z")]
    [InlineData("und-x-icu", "a A b B z Z")]
    [InlineData("root", "_ 1 10 9 a ä b")]
    [InlineData("und", "10 9 a Ad Af Ärger Az")]
    [InlineData("de", "Ad Af Ärger Az")]
    [InlineData("de-u-co-phonebk", "Ad Ärger Af Az")]
    [InlineData("sv", "a z å ä ö")]
    [InlineData("es-u-co-trad", "lz lla m")]
    [InlineData("und-u-kn", "1 2 9 10 a2 a10")]
    [InlineData("und-u-kn-true", "1 2 9 10")]
    [InlineData("und-u-ks-identic", "a A b")]
    [InlineData("en-u-kn-true-ks-level2", "b2 b10")]
    public void Texts_are_in_the_order_of_the_language(string tag, string ordered)
    {
        Assert.True(Collation.HasIcu, "ICU is missing here");
        var collation = Collation.Parse(tag).Value;
        var words = ordered.Split(' ');
        Assert.Equal(words, words.Reverse().OrderBy(word => word, Comparer(collation)));
    }

    [Theory]
    [InlineData("und-u-ks-level2", "name", "NAME", 0)]
    [InlineData("und-u-ks-level1", "resume", "RÉSUMÉ", 0)]
    [InlineData("und-u-ks-level2", "resume", "résumé", -1)]
    [InlineData("und", "name", "NAME", -1)]
    [InlineData("und-u-ka-shifted", "a-b", "ab", 0)]
    [InlineData("und", "é", "e\u0301", 0)]
    [InlineData("und-u-ks-identic", "é", "e\u0301", 1)]
    public void Strength_says_what_is_equal(string tag, string one, string other, int order) =>
        Assert.Equal(order, Math.Sign(Comparer(Collation.Parse(tag).Value).Compare(one, other)));

    [Theory]
    [InlineData("")]
    [InlineData("xx")]
    [InlineData("not a tag")]
    [InlineData("de_DE")]
    [InlineData("zzzz-foo")]
    [InlineData("de-u-co-nosuch")]
    [InlineData("de-u-zz-top")]
    [InlineData("und-u-ks-level9")]
    [InlineData("de-u-")]
    public void What_is_no_collation_is_refused(string tag)
    {
        var error = Collation.Parse(tag).Error!;
        Assert.Equal(NgsiLdErrorKind.BadRequestData, error.Kind);
        Assert.StartsWith($"collation '{tag}' is not valid", error.Detail, StringComparison.Ordinal);
    }

    private static Comparer<string> Comparer(Collation collation) =>
        Comparer<string>.Create((one, other) => Key(one, collation).CompareTo(Key(other, collation)));

    private static OrderKey Key(string text, Collation collation)
    {
        var ordering = new EntityOrdering([new(AttributePath.Of("urn:a"), OrderDirection.Ascending)]) { Collation = collation };
        var entity = new Entity
        {
            Id = "urn:e",
            Types = ["urn:t"],
            Attributes = [new Property { Name = "urn:a", Value = JsonValue.Of(JsonSerializer.Serialize(text)) }],
        };
        return new OrderKeys(ordering, []).Of(PackedEntity.Pack(entity));
    }
}
