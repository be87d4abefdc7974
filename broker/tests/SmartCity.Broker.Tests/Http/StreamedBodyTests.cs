using System.Globalization;
using System.Net;
using System.Text;
using SmartCity.Broker.Host.Settings;
using SmartCity.Broker.Tests.Http.Fuzzing;
using Xunit;

namespace SmartCity.Broker.Tests.Http;

/// <summary>Bodies of unknown length: they come in chunks (RFC 9112 7.1), or not at all (ETSI GS CIM 009 6.3.2).</summary>
public sealed class StreamedBodyTests
{
    private const int Limit = 256 * 1024;

    public static TheoryData<int, int> Sizes => new() { { 1, 1 }, { 1000, 7 }, { 200_000, 4096 }, { 200_000, 200_000 } };

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task A_body_in_chunks_is_read_whole(int characters, int chunk)
    {
        await using var host = await StartAsync();
        using var client = new RawClient(new IPEndPoint(IPAddress.Loopback, host.Address.Port));
        for (var i = 0; i < 2; i++)
        {
            var answer = await client.AskAsync(Chunked(Entity(i, characters), chunk), whole: true);
            Assert.Equal(201, answer?.Status);
        }

        var read = await host.SendAsync("GET", "/ngsi-ld/v1/entities/urn:a:1?format=simplified");
        Assert.Contains($"\"{new string('x', characters)}\"", read.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Limit, 4096)]
    [InlineData(Limit, 2 * Limit)]
    [InlineData(20 * Limit, 65536)]
    public async Task A_body_in_chunks_beyond_the_limit_is_413(int characters, int chunk)
    {
        await using var host = await StartAsync();
        using var client = new RawClient(new IPEndPoint(IPAddress.Loopback, host.Address.Port));
        // The server does not wait for the end: none is sent.
        var answer = await client.AskAsync(Chunked(Entity(1, characters), chunk)[..^5], whole: true);
        Assert.Equal(413, answer?.Status);
        Assert.Empty(answer!.Body);
    }

    [Theory]
    [InlineData("POST /ngsi-ld/v1/entities")]
    [InlineData("POST /ngsi-ld/v1/entityOperations/upsert")]
    [InlineData("PATCH /ngsi-ld/v1/entities/urn:a:1")]
    public async Task A_request_that_announces_no_body_where_one_is_needed_is_411(string request)
    {
        await using var host = await StartAsync();
        using var client = new RawClient(new IPEndPoint(IPAddress.Loopback, host.Address.Port));
        var answer = await client.AskAsync(
            Encoding.ASCII.GetBytes($"{request} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\r\n"), whole: true);
        Assert.Equal(411, answer?.Status);
        Assert.Empty(answer!.Body);
    }

    private static Task<HttpHost> StartAsync() =>
        HttpHost.StartAsync(new HubSettings { Limits = new() { BodyBytes = Limit } });

    private static string Entity(int number, int characters) =>
        $$"""{"id":"urn:a:{{number}}","type":"T","text":"{{new string('x', characters)}}"}""";

    private static byte[] Chunked(string body, int size)
    {
        var request = new StringBuilder(
            "POST /ngsi-ld/v1/entities HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (var at = 0; at < body.Length; at += size)
        {
            var length = Math.Min(size, body.Length - at);
            request.Append(CultureInfo.InvariantCulture, $"{length:x}\r\n").Append(body, at, length).Append("\r\n");
        }

        return Encoding.ASCII.GetBytes(request.Append("0\r\n\r\n").ToString());
    }
}
