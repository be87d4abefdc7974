using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SmartCity.Broker.Host.Http;
using SmartCity.NgsiLd.Registrations;
using Xunit;

namespace SmartCity.Broker.Tests.Http.Contract;

/// <summary>openapi.yaml says what there is, no more and no less.</summary>
public sealed class OpenApiTests : IClassFixture<City>
{
    private readonly City _city;
    private readonly OpenApiDocument _contract = OpenApiDocument.Instance;

    public OpenApiTests(City city) => _city = city;

    [Fact]
    public void The_contract_and_the_route_table_name_the_same_paths_and_verbs()
    {
        var mapped = _city.Host.Routes.Routes.Select(route => $"{route.Method} {route.Pattern}").Order(StringComparer.Ordinal);
        Assert.Equal(_contract.Operations.Select(operation => operation.ToString()).Order(StringComparer.Ordinal), mapped);
        Assert.All(_contract.Operations, operation => Assert.True(operation.IsOne, $"{operation} is no operation: its page shows what operations have, and nothing of paths"));
    }

    [Fact]
    public void Each_parameter_is_one_of_its_own()
    {
        var values = Enum.GetNames<Parameters>().Select(name => (ulong)Enum.Parse<Parameters>(name)).Where(System.Numerics.BitOperations.IsPow2).ToList();
        Assert.Equal(values.Distinct(), values);
    }

    [Fact]
    public async Task The_contract_and_the_operations_name_the_same_query_parameters()
    {
        var all = Enum.GetValues<Parameters>().Where(one => System.Numerics.BitOperations.IsPow2((ulong)one)).Select(ParameterNames.Text).ToList();
        foreach (var operation in _contract.Operations.Where(operation => operation.Path.StartsWith("/ngsi-ld/v1/", StringComparison.Ordinal)))
        {
            var told = _contract.ParametersOf(operation).Where(parameter => (string?)parameter["in"] == "query").Select(parameter => (string)parameter["name"]!);
            var known = new List<string>();
            foreach (var name in all)
            {
                if (await IsKnownAsync(operation, name)) known.Add(name);
            }

            Assert.True(told.Order().SequenceEqual(known.Order()), $"{operation}\ntold:  {string.Join(' ', told.Order())}\nknown: {string.Join(' ', known.Order())}");
        }
    }

    [Fact]
    public void Each_operation_has_a_name_of_its_own_and_declares_the_variables_of_its_path()
    {
        Assert.Equal(_contract.Operations.Count, _contract.Operations.Select(operation => (string?)operation.Node["operationId"]).Distinct().Count());
        foreach (var operation in _contract.Operations)
        {
            var variables = Regex.Matches(operation.Path, "{(.*?)}").Select(match => match.Groups[1].Value).Order();
            var declared = _contract.ParametersOf(operation).Where(parameter => (string?)parameter["in"] == "path").Select(parameter => (string)parameter["name"]!).Order();
            Assert.True(variables.SequenceEqual(declared), $"{operation} declares {string.Join(' ', declared)}");
            Assert.True(((string?)operation.Node["summary"])?.Length > 0, $"{operation} has no summary");
            Assert.Contains((string?)operation.Node["tags"]![0], _contract.Root["tags"]!.AsArray().Select(tag => (string?)tag!["name"]));
        }
    }

    [Fact]
    public void Every_example_is_what_its_schema_says()
    {
        var problems = new List<string>();
        var count = 0;
        Walk(_contract.Root, "");
        Assert.Empty(problems);
        Assert.True(count > 40, $"{count} examples were found");

        void Walk(JsonNode? node, string at)
        {
            if (node is JsonArray list)
            {
                for (var i = 0; i < list.Count; i++) Walk(list[i], $"{at}/{i}");
                return;
            }

            if (node is not JsonObject map) return;
            _contract.Schemas.Follow(map);
            // A comma in a description that has no quotes, inside braces, begins another member.
            problems.AddRange(map.Where(member => member.Key.Contains(' ', StringComparison.Ordinal)).Select(member => $"{at} has the member '{member.Key}'"));
            if (map["schema"] is { } schema) Check(map, schema, at);
            foreach (var (name, value) in map) Walk(value, $"{at}/{name}");
        }

        void Check(JsonObject map, JsonNode schema, string at)
        {
            var examples = map.ContainsKey("example") ? [map["example"]] : map["examples"]?.AsObject().Select(example => example.Value!["value"]) ?? [];
            foreach (var example in examples)
            {
                count++;
                if (_contract.Schemas.Find(example, schema) is { } problem) problems.Add($"{at}: {problem}");
            }
        }
    }

    [Fact]
    public void Every_operation_that_a_source_may_offer_is_named()
    {
        var named = _contract.Root["components"]!["schemas"]!["OperationName"]!["enum"]!.AsArray().Select(name => (string)name!).ToList();
        Assert.All(named, name => Assert.NotNull(OperationNames.Find(name)));
        Assert.Equal(Enum.GetValues<ContextSourceOperations>().Length - 1, named.Distinct().Count());
    }

    [Fact]
    public void What_answers_JSON_has_an_example()
    {
        foreach (var (name, response) in _contract.Root["components"]!["responses"]!.AsObject())
        {
            if (name is "Problem" or "Plain" || response!["content"] is not { } content) continue;
            Assert.True(content["application/json"]!.AsObject().Any(member => member.Key is "example" or "examples"), $"the response {name} has no example");
        }
    }

    // Operations look at their parameters before anything else.
    private async Task<bool> IsKnownAsync(OpenApiDocument.Operation operation, string name)
    {
        var path = Regex.Replace(operation.Path, "{.*?}", "urn:x:1");
        var answer = await _city.Host.SendAsync(operation.Verb.ToUpperInvariant(), $"{path}?{name}=", operation.Verb is "get" or "delete" ? null : "");
        return !answer.Body.Contains($"the query parameter '{name}' is not known to this operation", StringComparison.Ordinal);
    }
}
