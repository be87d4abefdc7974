using SmartCity.Broker.Entities;
using SmartCity.Broker.Federation.Writing;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Queries;
using Xunit;

namespace SmartCity.Broker.Tests.Federation.Writing;

/// <summary>Which sources are to purge what (ETSI GS CIM 009 5.6.21.4).</summary>
public sealed class PurgePlanTests
{
    [Theory]
    [InlineData("type=Room", "r redirect Room * *", "r type=Room")]
    [InlineData("type=Room,Car", "r redirect Room * *", "r type=Room")]
    [InlineData("type=Room,Car", "r redirect Room+Car * *", "r type=Room, r type=Car")]
    [InlineData("", "r redirect Room * *", "r type=Room")]
    [InlineData("", "r redirect * * *", "r ")]
    [InlineData("type=Room", "r redirect Room,Car * *", "r type=Room;Car")]
    [InlineData("id=urn:1,urn:2", "x exclusive Room urn:1 a", "x id=urn:1 type=Room")]
    [InlineData("id=urn:1,urn:2", "r redirect Room ~2 *", "r id=urn:2 type=Room")]
    [InlineData("type=Room", "r redirect Room ~2 *", "r idPattern=2 type=Room")]
    [InlineData("idPattern=urn", "x exclusive Room urn:1 a", "x id=urn:1 type=Room")]
    [InlineData("idPattern=urn", "r redirect Room ~2 *", "r refuses OperationNotSupported")]
    [InlineData("idPattern=2", "r redirect Room ~2 *", "r idPattern=2 type=Room")]
    [InlineData("type=Room", "i inclusive Room * *", "i type=Room")]
    [InlineData("type=Room", "i inclusive Room * * retrieveEntity", "")]
    [InlineData("type=Room", "r redirect Room * * retrieveEntity", "r refuses Conflict")]
    [InlineData("type=Room", "a auxiliary Room * *", "")]
    [InlineData("type=Room", "!r redirect Room * *", "r refuses SourceLoop")]
    [InlineData("type=Room drop=a", "r redirect Room * a,b", "r type=Room drop=a")]
    [InlineData("type=Room drop=c", "r redirect Room * a,b", "")]
    [InlineData("type=Room keep=a", "r redirect Room * a,b", "r type=Room drop=b")]
    [InlineData("type=Room keep=a", "r redirect Room * *", "r type=Room keep=a")]
    [InlineData("type=Room attrs=a,c", "r redirect Room * a,b", "r type=Room attrs=a")]
    public void A_source_purges_what_it_registered_and_what_is_asked_for(string request, string registrations, string plan)
    {
        var (selector, names, extent) = (new EntitySelector(), Array.Empty<string>(), PurgeExtent.Whole);
        foreach (var word in request.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var value = word[(word.IndexOf('=') + 1)..];
            if (word.StartsWith("type", StringComparison.Ordinal)) selector = selector with { Type = TypeSelectionParser.Parse(value, Context.Core).Value };
            else if (word.StartsWith("idPattern", StringComparison.Ordinal)) selector = selector with { IdPattern = IdPattern.Parse(value).Value };
            else if (word.StartsWith("id", StringComparison.Ordinal)) selector = selector with { Ids = [.. value.Split(',')] };
            else if (word.StartsWith("drop", StringComparison.Ordinal)) extent = PurgeExtent.Drop([Sources.Expanded(value)]);
            else if (word.StartsWith("keep", StringComparison.Ordinal)) extent = PurgeExtent.Keep([Sources.Expanded(value)]);
            else names = [.. value.Split(',').Select(Sources.Expanded)];
        }

        var query = new EntityQuery { Selectors = request.Length == 0 ? [] : [selector], AttributeNames = [.. names] };
        var made = PurgePlan.Of(query, extent, Sources.Of(registrations));
        Assert.Equal(plan, string.Join(", ", made.Shares.Select(Words).Concat(made.Refused.Select(one => $"{one.Source.Id} refuses {one.Error.Kind}"))));
    }

    private static string Words(PurgeShare share)
    {
        var words = new List<string>();
        var selector = share.Query.Selectors.Single();
        if (!selector.Ids.IsEmpty) words.Add($"id={string.Join(',', selector.Ids)}");
        if (selector.IdPattern is { } pattern) words.Add($"idPattern={pattern.Text}");
        if (selector.Type is { } type) words.Add($"type={Sources.Words(type)}");
        if (!share.Query.AttributeNames.IsEmpty) words.Add($"attrs={string.Join(',', share.Query.AttributeNames.Select(name => name[^1]))}");
        foreach (var name in new[] { "a", "b" })
        {
            if (!share.Extent.IsWhole && share.Extent.Removes(Sources.Expanded(name)) && !share.Extent.Removes(Sources.Expanded("z"))) words.Add($"drop={name}");
            if (!share.Extent.IsWhole && !share.Extent.Removes(Sources.Expanded(name)) && share.Extent.Removes(Sources.Expanded("z"))) words.Add($"keep={name}");
        }

        return $"{share.Source.Id} {string.Join(' ', words)}";
    }
}
