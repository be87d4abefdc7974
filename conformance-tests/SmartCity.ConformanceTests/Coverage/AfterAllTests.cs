using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;
using Xunit.Abstractions;

namespace SmartCity.ConformanceTests.Coverage;

/// <summary>xunit runs what may not run in parallel after all that may.</summary>
[CollectionDefinition("after all others", DisableParallelization = true)]
public sealed class AfterAllOthers;

/// <summary>What the whole run shows.</summary>
[Collection("after all others")]
public class AfterAllTests(ITestOutputHelper output) : BrokerTest
{
    [BrokerFact]
    public async Task Nothing_is_left_behind()
    {
        var pattern = Encode($".*{Run.Token}.*");
        foreach (var broker in new[] { Target.Url, Target.SecondUrl, Target.ThirdUrl }.OfType<string>())
        {
            foreach (var tenant in Run.Tenants.Prepend(null))
            {
                var headers = TenantHeader(tenant);
                var entities = await GetAsync($"{broker}/ngsi-ld/v1/entities?local=true&idPattern={pattern}&pick=id&limit=1000", headers);
                // A tenant that was asked for in vain does not exist.
                if (tenant is not null && entities.Status == HttpStatusCode.NotFound) continue;
                entities.Expect(HttpStatusCode.OK).ExpectJson("[]");
                await NoneIsOurs($"{broker}/ngsi-ld/v1/subscriptions", headers);
            }
        }
    }

    /// <summary>One that is left would send requests of other tests elsewhere.</summary>
    [BrokerFact]
    public async Task No_registration_is_left_at_any_broker()
    {
        foreach (var (address, tenant) in Run.AllRegistered)
        {
            var left = await GetAsync(address, TenantHeader(tenant));
            Assert.True(left.Status == HttpStatusCode.NotFound, $"left: {left.Body}");
        }
    }

    [BrokerFact, Clause("6.2")]
    public Task Every_operation_gives_every_answer_that_is_asked_of_it()
    {
        if (!Run.IsWhole)
        {
            output.WriteLine("only a part of the suite ran");
            return Task.CompletedTask;
        }

        var missing =
            from operation in Operation.All
            from status in operation.Success.Concat(operation.Errors)
            where Run.Answers()[operation.Name].All(answer => (int)answer.Status != status)
            select $"{operation.Name}: {status}";
        var broken =
            from operation in Operation.All
            from answer in Run.Answers()[operation.Name]
                // 502, 504 and 508 are told of Context Sources (6.3.17).
            where (int)answer.Status is >= 500 and not (501 or 502 or 504 or 508)
            select $"{operation.Name}: {(int)answer.Status}";
        foreach (var line in CoverageTable.Render().Split('\n')) output.WriteLine(line);
        CoverageTable.Write();
        Assert.Equal("", string.Join("; ", missing));
        Assert.Equal("", string.Join("; ", broken));
        return Task.CompletedTask;
    }

    private async Task NoneIsOurs(string list, (string, string)[] headers)
    {
        const int Page = 100;
        for (var offset = 0; ; offset += Page)
        {
            var answer = (await GetAsync($"{list}?limit={Page}&offset={offset}", headers)).Expect(HttpStatusCode.OK);
            Assert.DoesNotContain(Run.Token, answer.Body, StringComparison.Ordinal);
            if (!answer.Header("Link").Contains("rel=\"next\"", StringComparison.Ordinal)) return;
        }
    }
}
