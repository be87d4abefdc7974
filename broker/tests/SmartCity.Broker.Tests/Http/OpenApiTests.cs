using Xunit;
using YamlDotNet.RepresentationModel;

namespace SmartCity.Broker.Tests.Http;

/// <summary>openapi.yaml says what is mapped, no more and no less.</summary>
public sealed class OpenApiTests
{
    private static readonly string[] Verbs = ["get", "put", "post", "patch", "delete", "head", "options"];

    [Fact]
    public async Task The_contract_and_the_route_table_name_the_same_paths_and_verbs()
    {
        await using var host = await HttpHost.StartAsync();
        var mapped = host.Routes.Routes.Select(route => $"{route.Method} {route.Pattern}").Order(StringComparer.Ordinal);
        Assert.Equal(Contract().Order(StringComparer.Ordinal), mapped);
    }

    private static IEnumerable<string> Contract()
    {
        var yaml = new YamlStream();
        using var reader = new StreamReader(Path.Combine(RepositoryRoot(), "openapi.yaml"));
        yaml.Load(reader);
        var paths = (YamlMappingNode)((YamlMappingNode)yaml.Documents[0].RootNode)["paths"];
        foreach (var (path, resource) in paths.Children)
        {
            foreach (var (verb, _) in ((YamlMappingNode)resource).Children)
            {
                if (Verbs.Contains(verb.ToString())) yield return $"{verb.ToString().ToUpperInvariant()} {path}";
            }
        }
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "SmartCity.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("no folder above the tests has SmartCity.sln");
        }

        return folder.FullName;
    }
}
