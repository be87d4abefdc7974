using System.Text;
using SmartCity.Broker.Contexts;
using SmartCity.Broker.Federation.Subscriptions;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using Xunit;

namespace SmartCity.Broker.Tests.Federation.Subscriptions;

/// <summary>What sources tell (ETSI GS CIM 009 5.3.1, 5.8.6).</summary>
public sealed class NotificationReaderTests
{
    [Theory]
    // Members of an Entity; what is left of it; what is deleted, - for the Entity.
    [InlineData("""  "a":{"type":"Property","value":1}  """, "a", "")]
    [InlineData("""  "a":"urn:ngsi-ld:null","b":{"value":1}  """, "b", "a")]
    [InlineData("""  "a":{"type":"Property","value":"urn:ngsi-ld:null","deletedAt":"2026-01-01T00:00:00Z"}  """, "", "a")]
    [InlineData("""  "a":{"type":"Relationship","object":"urn:ngsi-ld:null","datasetId":"urn:d:1"}  """, "", "a@urn:d:1")]
    [InlineData("""  "a":{"type":"LanguageProperty","languageMap":{"@none":"urn:ngsi-ld:null"}}  """, "", "a")]
    [InlineData("""  "a":[{"type":"Property","value":1},{"type":"Property","value":"urn:ngsi-ld:null","datasetId":"urn:d:1"}]  """, "a", "a@urn:d:1")]
    [InlineData("""  "a":[{"type":"Property","value":"urn:ngsi-ld:null"},{"type":"Property","value":"urn:ngsi-ld:null","datasetId":"urn:d:1"}]  """, "", "a a@urn:d:1")]
    [InlineData("""  "deletedAt":"2026-01-01T00:00:00Z"  """, "", "-")]
    [InlineData("""  "deletedAt":"2026-01-01T00:00:00Z","a":{"type":"Property","value":"urn:ngsi-ld:null","previousValue":1}  """, "", "-")]
    public async Task Deletions_are_told_from_values(string members, string left, string deleted)
    {
        var read = await ReadAsync($$"""{"id":"urn:n:1","type":"Notification","data":[{"id":"urn:x:1","type":"T",{{members}}}]}""");
        Assert.Null(read.Error);
        var entity = Assert.Single(read.Value.Entities);
        Assert.Equal(("urn:n:1", "urn:x:1"), (read.Value.Id, entity.Entity.Id));
        Assert.Equal(left, string.Join(' ', entity.Entity.Attributes.Select(one => Short(one.Name, one.DatasetId))));
        Assert.Equal(deleted, entity.DeletedAt is null ? string.Join(' ', entity.Deleted.Select(one => Short(one.Name, one.DatasetId))) : "-");
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"type":"Notification"}""")]
    [InlineData("""{"type":"Notification","data":{}}""")]
    [InlineData("""{"type":"Notification","data":[1]}""")]
    [InlineData("""{"type":"Notification","data":[{"id":"no uri","type":"T"}]}""")]
    [InlineData("""{"type":"Notification","data":[{"id":"urn:x:1"}]}""")]
    [InlineData("""{"type":"Notification","data":[{"id":"urn:x:1","type":"T"},{"id":"urn:x:1","type":"T"},{"id":"urn:x:1","type":"T"}]}""")]
    [InlineData("""{"type":"Notification","data":[{"id":"urn:x:1","type":"T","a\ud800":1}]}""")]
    public async Task What_is_no_notification_is_refused(string body) => Assert.NotNull((await ReadAsync(body)).Error);

    private static string Short(string name, string? datasetId) =>
        name.Replace(Asking.Vocabulary, "", StringComparison.Ordinal) + (datasetId is null ? "" : "@" + datasetId);

    private static ValueTask<Result<ReceivedNotification>> ReadAsync(string body) =>
        new NotificationReader(new NoContexts(), Limits.Default with { BatchItems = 2 }, TimeProvider.System)
            .ReadAsync(Encoding.UTF8.GetBytes(body), null, Context.Core, default);

    private sealed class NoContexts : IContextResolver
    {
        public ValueTask<Result<Context>> ResolveAsync(ContextReference reference, CancellationToken cancellation) => new(Context.Core);
    }
}
