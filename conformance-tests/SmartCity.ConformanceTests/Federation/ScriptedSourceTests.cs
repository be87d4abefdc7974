using System.Diagnostics;
using System.Net;
using SmartCity.ConformanceTests.Broker;

namespace SmartCity.ConformanceTests.Federation;

/// <summary>The sources that tests play do what their scripts say.</summary>
public class ScriptedSourceTests
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    [Fact]
    public async Task A_source_answers_by_its_script_and_keeps_what_it_was_asked()
    {
        await using var source = new ScriptedSource();
        source.Answer("PATCH", "entities/urn:a", SourceReply.NoContent.With("Via", "1.1 x"));
        using var answer = await Http.PatchAsync(
            new Uri(source.Url + "/ngsi-ld/v1/entities/urn%3Aa?type=T%2BU&q=a%3D%3D1"), new StringContent("""{"b":1}"""));
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal("1.1 x", answer.Headers.GetValues("Via").Single());
        var call = source.Only.ExpectJson("""{"b":1}""");
        Assert.Equal(("T+U", "a==1", ""), (call.Parameter("type"), call.Parameter("q"), call.Parameter("limit")));
        using var unknown = await Http.GetAsync(new Uri(source.Url + "/ngsi-ld/v1/entities/urn:b"));
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Single(source.Asked("GET", "entities/urn:b"));
    }

    [Fact]
    public async Task A_source_may_drip_be_late_redirect_and_pad()
    {
        await using var source = new ScriptedSource();
        source.Answer("GET", "drip", SourceReply.Json("[1,2]") with { Drip = TimeSpan.FromMilliseconds(100), Delay = TimeSpan.FromMilliseconds(100) });
        source.Answer("GET", "away", SourceReply.Redirect("http://localhost/"));
        source.Answer("GET", "huge", SourceReply.Json("[]") with { Padding = 100_000 });
        var watch = Stopwatch.StartNew();
        Assert.Equal("[1,2]", await Http.GetStringAsync(new Uri(source.Url + "/ngsi-ld/v1/drip")));
        Assert.True(watch.ElapsedMilliseconds >= 450, $"{watch.Elapsed}");
        using var away = await Http.GetAsync(new Uri(source.Url + "/ngsi-ld/v1/away"));
        Assert.Equal("http://localhost/", away.Headers.Location!.ToString());
        Assert.Equal(100_002, (await Http.GetByteArrayAsync(new Uri(source.Url + "/ngsi-ld/v1/huge"))).Length);
    }

    [Fact]
    public async Task A_source_may_break_off()
    {
        await using var source = new ScriptedSource();
        source.Always(SourceReply.Json("[1,2,3,4]") with { Breaks = true });
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => Http.GetStringAsync(new Uri(source.Url + "/ngsi-ld/v1/entities")));
    }
}
