using System.Text.Json;
using System.Text.Json.Nodes;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Snapshots;
using SmartCity.NgsiLd.Subscriptions;
using Xunit;

namespace SmartCity.NgsiLd.Tests.Snapshots;

public class SnapshotFilterTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly Snapshot Example = new()
    {
        Id = "urn:x:1",
        Priority = 3,
        Endpoint = "http://a.example/n",
        ReceiverInfo = [new KeyValue("key", "value")],
        Status = SnapshotStatus.Partial,
        Details = [ExecutionResult.Found, ExecutionResult.Failed(NgsiLdError.Internal("why"))],
        CreatedAt = Noon,
        ModifiedAt = Noon.AddMinutes(1),
        ExpiresAt = Noon.AddHours(1),
        LastUsedAt = Noon.AddMinutes(2),
    };

    [Theory]
    [InlineData("snapshotPriority==3", true)]
    [InlineData("snapshotPriority<3", false)]
    [InlineData("snapshotPriority==1..5;snapshotStatus==\"partial\"", true)]
    [InlineData("snapshotStatus==\"failure\"|snapshotStatus==\"empty\"", false)]
    [InlineData("type==\"Snapshot\"", true)]
    [InlineData("snapshotLifetime", false)]
    [InlineData("endpoint", true)]
    [InlineData("endpoint~=\"a.example\"", true)]
    [InlineData("id==\"urn:x:1\"", true)]
    [InlineData("id==\"urn:x:2\"", false)]
    [InlineData("createdAt<2026-05-01T12:00:01Z", true)]
    [InlineData("modifiedAt<2026-05-01T12:00:01Z", false)]
    [InlineData("expiresAt==2026-05-01T13:00:00Z", true)]
    [InlineData("lastUsedAt<2026-05-01T12:02:01Z", true)]
    [InlineData("lastUsedAt<2026-05-01T12:02:00Z", false)]
    [InlineData("snapshotQueriesDetails", true)]
    [InlineData("snapshotTemporalQueriesDetails", false)]
    public void A_Snapshot_is_found_by_its_members(string q, bool isFound) =>
        Assert.Equal(isFound, SnapshotFilter.Parse(q).Value.Matches(Example));

    [Theory]
    [InlineData("speed>5", "q asks for speed, which is not a member of a Snapshot")]
    [InlineData("snapshotPriority>5;(a|b)", "q asks for a, which is not a member of a Snapshot")]
    [InlineData("scope", "q asks for scope, which is not a member of a Snapshot")]
    public void Another_name_is_refused(string q, string detail)
    {
        var error = SnapshotFilter.Parse(q).Error!;
        Assert.Equal((NgsiLdErrorKind.BadRequestData, detail), (error.Kind, error.Detail));
    }

    [Fact]
    public void What_is_no_q_is_refused() => Assert.Equal(NgsiLdErrorKind.BadRequestData, SnapshotFilter.Parse("((").Error!.Kind);

    [Fact]
    public void Its_status_is_written()
    {
        AssertWritten(
            """
            {"id":"urn:x:1","type":"Snapshot","snapshotPriority":3,"endpoint":"http://a.example/n","receiverInfo":[{"key":"key","value":"value"}],
             "snapshotStatus":"partial","snapshotQueriesDetails":[{"resultStatus":"success"},{"resultStatus":"failure","problemDetails":
             {"type":"https://uri.etsi.org/ngsi-ld/errors/InternalError","title":"The broker has failed","detail":"why"}}],
             "createdAt":"2026-05-01T12:00:00.000000Z","modifiedAt":"2026-05-01T12:01:00.000000Z","expiresAt":"2026-05-01T13:00:00.000000Z",
             "lastUsedAt":"2026-05-01T12:02:00.000000Z"}
            """,
            json => SnapshotWriter.WriteStatus(json, Example, Context.Core, includeContext: false));
    }

    [Fact]
    public void A_notification_is_written() => AssertWritten(
        """
        {"id":"urn:n:1","type":"SnapshotNotification","snapshotId":"urn:x:1","notifiedAt":"2026-05-01T12:30:00.000000Z",
         "expiresAt":"2026-05-01T13:00:00.000000Z","snapshotStatus":"empty","snapshotPriority":3,
         "temporalSnapshotQueriesDetails":[{"resultStatus":"empty"}]}
        """,
        json => SnapshotWriter.WriteNotification(
            json, Example with { Status = SnapshotStatus.Empty, Details = [], TemporalDetails = [ExecutionResult.Nothing] }, "urn:n:1", Noon.AddMinutes(30)));

    [Theory]
    [InlineData("", SnapshotStatus.Failure)]
    [InlineData("+", SnapshotStatus.Success)]
    [InlineData("++", SnapshotStatus.Success)]
    [InlineData("+-", SnapshotStatus.Partial)]
    [InlineData("+0", SnapshotStatus.Partial)]
    [InlineData("0-", SnapshotStatus.Empty)]
    [InlineData("0", SnapshotStatus.Empty)]
    [InlineData("--", SnapshotStatus.Failure)]
    public void The_status_is_what_the_results_come_to(string results, SnapshotStatus status) =>
        Assert.Equal(status, SnapshotStatuses.Of(results.Select(one => one switch
        {
            '+' => ExecutionResult.Found,
            '0' => ExecutionResult.Nothing,
            _ => ExecutionResult.Failed(NgsiLdError.Internal("why")),
        })));

    private static void AssertWritten(string expected, Action<Utf8JsonWriter> write)
    {
        var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream)) write(json);
        Assert.Equal(JsonNode.Parse(expected)!.ToJsonString(), JsonNode.Parse(stream.ToArray())!.ToJsonString());
    }
}
