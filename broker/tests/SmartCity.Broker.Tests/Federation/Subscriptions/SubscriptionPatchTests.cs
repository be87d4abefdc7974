using System.Text;
using SmartCity.Broker.Federation.Subscriptions;
using Xunit;

namespace SmartCity.Broker.Tests.Federation.Subscriptions;

public sealed class SubscriptionPatchTests
{
    [Theory]
    [InlineData("""{"id":"urn:x:1","q":"a"}""", """{"id":"urn:x:2","q":"a"}""", "{}")]
    [InlineData("""{"q":"a"}""", """{"q":"b"}""", """{"q":"b"}""")]
    [InlineData("""{"q":"a","lang":"sl"}""", """{"lang":"sl"}""", """{"q":null}""")]
    [InlineData("""{"lang":"sl"}""", """{"lang":"sl","throttling":1}""", """{"throttling":1}""")]
    // Only notification is merged: of a geo-query all goes together.
    [InlineData(
        """{"notification":{"attributes":["a"],"endpoint":{"uri":"http://x"}}}""", """{"notification":{"endpoint":{"uri":"http://x"}}}""",
        """{"notification":{"attributes":null}}""")]
    [InlineData("""{"geoQ":{"georel":"within","geometry":"Point"}}""", """{"geoQ":{"georel":"near"}}""", """{"geoQ":{"georel":"near"}}""")]
    public void A_source_is_told_what_is_different(string before, string after, string fragment) =>
        Assert.Equal(fragment, Encoding.UTF8.GetString(SubscriptionPatch.Between(Encoding.UTF8.GetBytes(before), Encoding.UTF8.GetBytes(after))));
}
