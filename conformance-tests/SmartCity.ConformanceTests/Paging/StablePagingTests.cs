using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Paging;

/// <summary>Following links from page to page while others write (ETSI GS CIM 009 5.5.9).</summary>
public class StablePagingTests : BrokerTest
{
    [BrokerTheory, Clause("5.5.9"), Clause("4.12"), Clause("6.3.10")]
    [InlineData("")]
    [InlineData("&local=true&orderBy=n")]
    [InlineData("&entityMap=true")]
    public async Task Each_Entity_that_is_there_all_the_time_is_met_once_while_others_come_go_and_change(string query)
    {
        await FillAsync();
        var page = await FirstAsync($"limit=3{query}");
        var seen = Names(page);
        Assert.Equal("0 1 2", string.Join(' ', seen));

        // One that was seen goes, one to come goes, one that was seen moves behind, one to come moves before, a new one comes.
        await DeleteAsync("entities/" + Find("1"));
        await DeleteAsync("entities/" + Find("5"));
        await PatchAsync("entities/" + Find("2"), """{"n":{"type":"Property","value":100}}""");
        await PatchAsync("entities/" + Find("8"), """{"n":{"type":"Property","value":-1}}""");
        await CreateAsync(NewId(":new"), """{"n":{"type":"Property","value":-2}}""");
        while (Next(page) is { } next)
        {
            page = await FollowAsync(next);
            seen.AddRange(Names(page));
        }

        Assert.Equal("0 1 2 3 4 6 7 8 9", string.Join(' ', seen));
        Assert.NotNull(PageLink(page, "prev"));
    }

    [BrokerTheory, Clause("5.5.9"), Clause("4.12")]
    [InlineData("", "0 1 3 4 5 7 8 9")]
    [InlineData("&local=true&orderBy=n;desc", "9 8 7 5 4 3 1 0")]
    [InlineData("&entityMap=true", "0 1 3 4 5 7 8 9")]
    public async Task One_may_go_back_as_far_as_one_came(string query, string left)
    {
        await FillAsync();
        var page = await FirstAsync($"limit=4{query}");
        var first = page.Body;
        page = await FollowAsync(Next(page)!);
        var second = page.Body;
        page = await FollowAsync(Next(page)!);
        Assert.Equal(2, page.Json.AsArray().Count);
        Assert.Null(Next(page));
        page = await FollowAsync(PageLink(page, "prev")!);
        Assert.Equal(second, page.Body);
        page = await FollowAsync(PageLink(page, "prev")!);
        Assert.Equal(first, page.Body);
        Assert.Null(PageLink(page, "prev"));
        page = await FollowAsync(Next(page)!);
        Assert.Equal(second, page.Body);

        // Going back, pages are filled up, and only the first may be short (5.5.9.3).
        page = await FollowAsync(Next(page)!);
        await DeleteAsync("entities/" + Find("2"));
        await DeleteAsync("entities/" + Find("6"));
        var back = Names(page);
        while (PageLink(page, "prev") is { } previous)
        {
            page = await FollowAsync(previous);
            back.InsertRange(0, Names(page));
        }

        Assert.Equal(left, string.Join(' ', back));
    }

    [BrokerFact, Clause("5.5.9")]
    public async Task Entities_that_match_no_more_leave_the_answer_and_pages_are_filled()
    {
        await FillAsync();
        var page = await FirstAsync("limit=2&local=true&orderBy=n&q=n>=0");
        foreach (var name in (string[])["2", "3"]) await PatchAsync("entities/" + Find(name), """{"n":{"type":"Property","value":-5}}""");
        page = await FollowAsync(Next(page)!);
        Assert.Equal("4 5", string.Join(' ', Names(page)));
    }

    [BrokerFact, Clause("5.5.9"), Clause("6.3.10")]
    public async Task A_client_may_change_limit_and_offset_of_a_link()
    {
        await FillAsync();
        foreach (var query in (string[])["limit=2", "limit=2&local=true&orderBy=n", "limit=2&entityMap=true"])
        {
            var page = await FirstAsync(query);
            var next = Next(page)!;
            Assert.Contains("limit=2&offset=2", next, StringComparison.Ordinal);
            Assert.Equal("2 3 4 5 6", string.Join(' ', Names(await FollowAsync(next.Replace("limit=2", "limit=5", StringComparison.Ordinal)))));
            Assert.Equal("7 8", string.Join(' ', Names(await FollowAsync(next.Replace("offset=2", "offset=7", StringComparison.Ordinal)))));
        }
    }

    [BrokerFact, Clause("5.5.9")]
    public async Task The_context_stays_the_same_from_page_to_page()
    {
        await FillAsync();
        var next = Next(await FirstAsync("limit=2"))!;
        var other = (await PostAsync("jsonldContexts", """{"@context":{"other":"https://example.org/other"}}""")).Expect(HttpStatusCode.Created).Location!;
        var link = Link(new Uri(new Uri(Target.Url!), other).ToString());
        (await GetAsync(next, link)).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        (await GetAsync(next)).Expect(HttpStatusCode.OK);
    }

    [BrokerFact, Clause("5.5.9"), Clause("6.23")]
    public async Task A_posted_query_is_paged_by_links_as_well()
    {
        await FillAsync();
        foreach (var ordering in (string[])["", ""","ordering":{"orderBy":["n;desc"]}""", ""","entityMap":true"""])
        {
            var body = $$"""{"type":"Query","entities":[{"type":"{{Type}}"}]{{ordering}}}""";
            var page = await PostAsync("entityOperations/query?local=true&limit=4", body);
            var seen = Names(page);
            while (Next(page) is { } next)
            {
                page = await PostAsync(next, body);
                seen.AddRange(Names(page));
            }

            Assert.Equal(10, seen.Distinct().Count());
            Assert.Equal(10, seen.Count);
        }
    }

    [BrokerFact, Clause("5.5.9"), Clause("6.3.20")]
    public async Task A_count_goes_with_every_page()
    {
        await FillAsync();
        foreach (var query in (string[])["", "&orderBy=n", "&entityMap=true"])
        {
            var page = await FirstAsync("limit=4&count=true&local=true" + query);
            Assert.Equal("10", page.Header("NGSILD-Results-Count"));
            page = await FollowAsync(Next(page)!);
            Assert.Equal("10", page.Header("NGSILD-Results-Count"));
        }

        Assert.Equal("10", (await GetAsync($"entities?type={Type}&local=true&orderBy=n&limit=0&count=true")).Header("NGSILD-Results-Count"));
    }

    private readonly Dictionary<string, string> _ids = [];

    private string Find(string name) => _ids[name];

    private async Task FillAsync()
    {
        for (var i = 0; i < 10; i++)
        {
            _ids[$"{i}"] = NewId($":{i}");
            await CreateAsync(_ids[$"{i}"], $$$"""{"n":{"type":"Property","value":{{{i}}}}}""");
        }
    }

    private async Task<Answer> FirstAsync(string query)
    {
        var page = await GetAsync($"entities?type={Type}&pick=id&{query}");
        Assert.Contains(page.Status, (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.Created]);
        Assert.Null(PageLink(page, "prev"));
        return page;
    }

    private async Task<Answer> FollowAsync(string link) => (await GetAsync(link)).Expect(HttpStatusCode.OK);

    private static List<string> Names(Answer page) => [.. page.Json.AsArray().Select(entity => ((string)entity!["id"]!).Split(':')[^1])];

    private static string? Next(Answer page) => PageLink(page, "next");

    private static string? PageLink(Answer answer, string relation)
    {
        foreach (var link in answer.Header("Link").Split(", <"))
        {
            if (link.Contains($"rel=\"{relation}\"", StringComparison.Ordinal)) return new Uri(new Uri(Target.Url + "/ngsi-ld/v1/entities"), link.TrimStart('<').Split('>')[0]).ToString();
        }

        return null;
    }
}
