using System.Text;
using SmartCity.NgsiLd.Json;
using Xunit;

namespace SmartCity.NgsiLd.Tests.Json.Reading;

public class BodyTests
{
    private static readonly EntityReaderOptions Shallow = new() { MaxDepth = 3 };

    [Theory]
    [InlineData("""[{"id": 1}, 5, [ ]]""", new[] { """{"id": 1}""", "5", "[ ]" })]
    [InlineData(""" [ {} ] """, new[] { "{}" })]
    public void A_batch_is_split(string body, string[] items) =>
        Assert.Equal(items, Split(body).Value.Select(item => Encoding.UTF8.GetString(item.Span)));

    [Theory]
    [InlineData("", NgsiLdErrorKind.InvalidRequest)]
    [InlineData("[", NgsiLdErrorKind.InvalidRequest)]
    [InlineData("[{}] x", NgsiLdErrorKind.InvalidRequest)]
    [InlineData("[{},]", NgsiLdErrorKind.InvalidRequest)]
    [InlineData("{}", NgsiLdErrorKind.BadRequestData)]
    [InlineData("[]", NgsiLdErrorKind.BadRequestData)]
    [InlineData("[{}, null]", NgsiLdErrorKind.BadRequestData)]
    [InlineData("[[[[[1]]]]]", NgsiLdErrorKind.BadRequestData)]
    public void What_is_no_batch_is_refused(string body, NgsiLdErrorKind kind) => Assert.Equal(kind, Split(body).Error?.Kind);

    [Theory]
    [InlineData("""{"@context": ["https://example.org/c"], "id": {"@context": 1}}""", """["https://example.org/c"]""")]
    [InlineData("""{"id": 1, "@context": "https://example.org/c"}""", "\"https://example.org/c\"")]
    [InlineData("{}", "")]
    [InlineData("[{\"@context\": 1}]", "")]
    public void The_context_of_a_body_is_found(string body, string context) =>
        Assert.Equal(context, Encoding.UTF8.GetString(Find(body).Value.Span));

    [Theory]
    [InlineData("{\"@context\": 1", NgsiLdErrorKind.InvalidRequest)]
    [InlineData("{} {}", NgsiLdErrorKind.InvalidRequest)]
    [InlineData("{\"\\ud800context\": 1}", NgsiLdErrorKind.BadRequestData)]
    [InlineData("{\"a\": [[[[1]]]]}", NgsiLdErrorKind.BadRequestData)]
    public void A_body_without_sense_has_no_context(string body, NgsiLdErrorKind kind) => Assert.Equal(kind, Find(body).Error?.Kind);

    [Theory]
    [InlineData("""{"a": {"id": "no"}, "id": "urn:x:1", "type": }""", "urn:x:1")]
    [InlineData("""{"@id": "urn:x:1"}""", "urn:x:1")]
    [InlineData("""{"id": 5}""", null)]
    [InlineData("[", null)]
    [InlineData("", null)]
    public void The_id_of_a_body_is_found_even_where_the_rest_is_broken(string body, string? id) =>
        Assert.Equal(id, EntityReader.FindId(Encoding.UTF8.GetBytes(body)));

    private static Result<System.Collections.Immutable.ImmutableArray<ReadOnlyMemory<byte>>> Split(string body) =>
        EntityReader.SplitArray(Encoding.UTF8.GetBytes(body), Shallow);

    private static Result<ReadOnlyMemory<byte>> Find(string body) =>
        EntityReader.FindContext(Encoding.UTF8.GetBytes(body), Shallow);
}
