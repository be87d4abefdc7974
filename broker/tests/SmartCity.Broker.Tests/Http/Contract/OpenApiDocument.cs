using System.Text.Json;
using System.Text.Json.Nodes;

namespace SmartCity.Broker.Tests.Http.Contract;

/// <summary>openapi.yaml, and whether what the broker answers is what it says.</summary>
internal sealed class OpenApiDocument
{
    private static readonly string[] Verbs = ["get", "put", "post", "patch", "delete", "head", "options"];
    private static readonly Lazy<OpenApiDocument> Loaded = new(() => new OpenApiDocument(Path.Combine(RepositoryRoot(), "openapi.yaml")));

    private OpenApiDocument(string file)
    {
        Root = YamlJson.Load(file);
        Schemas = new SchemaCheck(Root);
        Operations = [.. Root["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(verb => new Operation(path.Key, verb.Key, verb.Value!)))];
    }

    public static OpenApiDocument Instance => Loaded.Value;

    public JsonObject Root { get; }

    public SchemaCheck Schemas { get; }

    /// <summary>Every member of every path, in the order of the document.</summary>
    public List<Operation> Operations { get; }

    public IEnumerable<JsonObject> ParametersOf(Operation operation) =>
        operation.Node["parameters"]?.AsArray().Select(parameter => Schemas.Follow(parameter!).AsObject()) ?? [];

    /// <summary>What an answer has that the document does not know; null where all is said.</summary>
    public string? Objection(string method, string target, Answer answer)
    {
        if (method is "OPTIONS" or "HEAD" || answer.Status == System.Net.HttpStatusCode.MethodNotAllowed) return null;
        var path = target.Split('?')[0].TrimEnd('/');
        if (Operations.FirstOrDefault(one => one.Verb.Equals(method, StringComparison.OrdinalIgnoreCase) && IsAt(one.Path, path)) is not { } operation) return null;
        if (operation.Node["responses"]![$"{(int)answer.Status}"] is not { } told) return $"{operation} does not tell of {(int)answer.Status}: {answer.Body}";
        var response = Schemas.Follow(told);
        foreach (var header in (string[])["Link", "Location", "NGSILD-Results-Count", "Preference-Applied", "NGSILD-Warning", "NGSILD-EntityMap", "Content-Range"])
        {
            if (answer[header] is not null && response["headers"]?[header] is null) return $"{operation} {(int)answer.Status} does not tell of the header {header}";
        }

        var type = answer["Content-Type"]?.Split(';')[0];
        if (answer.Body.Length == 0) return null;
        if (type is null || response["content"]?[type] is not { } content) return $"{operation} {(int)answer.Status} does not tell of {type}";
        if (content["schema"] is not { } schema || !type.EndsWith("json", StringComparison.Ordinal)) return null;
        return Schemas.Find(JsonNode.Parse(answer.Body, null, new JsonDocumentOptions { MaxDepth = 1000 }), schema) is { } problem
            ? $"{operation} {(int)answer.Status}: {problem}\n{answer.Body}"
            : null;
    }

    private static bool IsAt(string template, string path)
    {
        var (expected, given) = (template.Split('/'), path.Split('/'));
        return expected.Length == given.Length && expected.Zip(given).All(pair => pair.First.StartsWith('{') ? pair.Second.Length > 0 : pair.First == pair.Second);
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

    internal sealed record Operation(string Path, string Verb, JsonNode Node)
    {
        public bool IsOne => Verbs.Contains(Verb);

        public override string ToString() => $"{Verb.ToUpperInvariant()} {Path}";
    }
}
