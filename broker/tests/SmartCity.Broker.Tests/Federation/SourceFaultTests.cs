using SmartCity.Broker.Registrations;
using Xunit;
using static SmartCity.Broker.Tests.Federation.Asking;

namespace SmartCity.Broker.Tests.Federation;

/// <summary>What the operator hears of sources: enough to find what is wrong, and not a line for each request.</summary>
public sealed class SourceFaultTests
{
    private const string Problem = "https://uri.etsi.org/ngsi-ld/errors/";

    /// <summary>Seconds and what went wrong (<c>-</c> for nothing) of each request; and what is told.</summary>
    public static TheoryData<string, string> Courses => new()
    {
        { "0 -; 1 -", "" },
        { "0 down; 1 down; 59 down; 60 down; 7200 down", "0 down" },
        { "0 down; 10 -; 11 -", "0 down, 10 -" },
        { "0 down; 10 -; 20 down; 30 -; 40 down; 61 down; 62 -", "0 down, 10 -, 61 down, 62 -" },
        { "0 down; 10 refused; 61 refused; 62 refused; 63 down; 130 down", "0 down, 61 refused, 130 down" },
    };

    [Theory]
    [MemberData(nameof(Courses))]
    public void A_source_is_told_of_when_it_begins_to_fail_or_answers_again(string course, string told)
    {
        var state = new ContextSourceState();
        var heard = new List<string>();
        foreach (var request in course.Split("; "))
        {
            var (seconds, fault) = (request.Split(' ')[0], request.Split(' ')[1]);
            var at = DateTimeOffset.UnixEpoch.AddSeconds(int.Parse(seconds, null));
            if (state.IsNews(at, fault == "-" ? null : fault)) heard.Add(request);
        }

        Assert.Equal(told, string.Join(", ", heard));
    }

    /// <summary>What an endpoint answers; what is told where an Entity is asked for, and where a query is asked.</summary>
    public static TheoryData<string, string?, string?> Answers => new()
    {
        { RawSource.Response("[]"), null, null },
        { RawSource.NoBody(404), null, "the source answers 404; is its endpoint right?" },
        { RawSource.Response($$"""{"type":"{{Problem}}ResourceNotFound","title":"no"}""", 404), null, "the source answers 404: no; is its endpoint right?" },
        { RawSource.Response($$"""{"type":"{{Problem}}NonexistentTenant","title":"no"}""", 404), "the source answers 404: no", "the source answers 404: no" },
        { RawSource.Response("<html>", 404), "the source answers 404; is its endpoint right?", "the source answers 404; is its endpoint right?" },
        { RawSource.Response(" \n", 404), "the source answers 404; is its endpoint right?", "the source answers 404; is its endpoint right?" },
        { RawSource.NoBody(401), "the source answers 401", "the source answers 401" },
        { RawSource.NoBody(400), "the source answers 400", "the source answers 400" },
        { RawSource.NoBody(503), "the source answers 503", "the source answers 503" },
        { RawSource.NoBody(508), null, null },
        { RawSource.NoBody(302), "the source redirects (302), which is not followed", "the source redirects (302), which is not followed" },
        { RawSource.Response("<html>"), "the answer of the source is not valid", "the answer of the source is not valid" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task What_is_wrong_is_told(string response, string? ofRetrieval, string? ofQuery)
    {
        await using var source = new RawSource(response);
        var heard = new List<string?>();
        using var client = Client(new() { SourceChanged = (_, fault) => heard.Add(fault) });
        await client.RetrieveAsync(Source(source.Root));
        await client.QueryAsync(Plain, Source(source.Root), Query("Lamp"), new([], [], null), new(0, 10), default);

        string?[] expected = [ofRetrieval, ofQuery];
        Assert.Equal(expected.Count(fault => fault is not null), heard.Count);
        Assert.All(expected.OfType<string>().Zip(heard), told => Assert.StartsWith(told.First, told.Second, StringComparison.Ordinal));
    }

    /// <summary>A write that the client got wrong is no fault of the source.</summary>
    [Theory]
    [InlineData(400, false)]
    [InlineData(404, false)]
    [InlineData(409, false)]
    [InlineData(401, true)]
    [InlineData(405, true)]
    [InlineData(500, true)]
    public async Task What_is_wrong_with_a_write_is_told_where_it_is_the_source(int status, bool isTold)
    {
        await using var source = new RawSource(RawSource.NoBody(status));
        var heard = new List<string?>();
        using var client = Client(new() { SourceChanged = (_, fault) => heard.Add(fault) });
        await client.WriteAsync(Plain, Source(source.Root), new(Broker.Federation.SourceWriteKind.Delete, Id), default);

        Assert.Equal(isTold ? [$"the source answers {status}"] : [], heard);
    }

    [Theory]
    [InlineData(400, true)]
    [InlineData(422, true)]
    [InlineData(404, false)]
    [InlineData(409, false)]
    public async Task A_subscription_that_a_source_does_not_take_is_told(int status, bool isTold)
    {
        await using var source = new RawSource(RawSource.NoBody(status));
        var heard = new List<string?>();
        using var client = Client(new() { SourceChanged = (_, fault) => heard.Add(fault) });
        await client.SendWriteAsync(Plain, Source(source.Root), new(HttpMethod.Post, "/ngsi-ld/v1/subscriptions", "", "{}"u8.ToArray()), default);

        Assert.Equal(isTold ? [$"the source answers {status}"] : [], heard);
    }

    [Fact]
    public async Task A_dead_source_that_is_asked_again_and_again_is_told_of_once()
    {
        var heard = 0;
        using var client = Client(new() { SourceChanged = (_, _) => Interlocked.Increment(ref heard) }, new Notifications.ManualClock());
        var dead = Source("http://127.0.0.1:1");
        await Task.WhenAll(Enumerable.Range(0, 200).Select(async _ => await client.RetrieveAsync(dead)));

        Assert.Equal(1, heard);
        Assert.Equal(200, dead.State.Figures.TimesFailed);
    }
}
