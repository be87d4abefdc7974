using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace SmartCity.ConformanceTests.Broker;

/// <summary>An operation of the HTTP binding and the answers that have to be seen of it: an entry of operations.yaml.</summary>
public sealed class Operation
{
    private const string Root = "/ngsi-ld/v1/";

    private string[]? _segments;

    /// <summary>Method and path below /ngsi-ld/v1, such as <c>GET /entities/{id}</c>.</summary>
    public string Name { get; set; } = "";

    /// <summary>The clauses that define it.</summary>
    public string Clauses { get; set; } = "";

    /// <summary>Statuses of success, of which there is a test each.</summary>
    public List<int> Success { get; set; } = [];

    /// <summary>Statuses of errors, of which there is a test each.</summary>
    public List<int> Errors { get; set; } = [];

    /// <summary>A body with which it succeeds: <c>$new</c>, <c>$id</c> and <c>$type</c> are filled in. Empty where it takes none.</summary>
    public string Body { get; set; } = "";

    /// <summary>Parameters without which it does not succeed, filled in alike.</summary>
    public string Query { get; set; } = "";

    /// <summary>The operation that makes what <c>{id}</c> stands for.</summary>
    public string Of { get; set; } = "POST /entities";

    /// <summary>Only tests of its own ask it.</summary>
    public bool Own { get; set; }

    public static IReadOnlyList<Operation> All { get; } =
        new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).Build()
            .Deserialize<List<Operation>>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "operations.yaml")));

    /// <summary>The operation that a request asks for; null where the standard has none such.</summary>
    public static Operation? Find(string method, string path)
    {
        var start = path.IndexOf(Root, StringComparison.Ordinal);
        if (start < 0) return null;
        var segments = path[(start + Root.Length)..].TrimEnd('/').Split('/');
        return All.FirstOrDefault(operation => operation.Fits(method, segments));
    }

    private bool Fits(string method, string[] path)
    {
        _segments ??= Name.Split(' ', '/');
        // GET, nothing, then the segments.
        return _segments[0] == method && _segments.Length == path.Length + 2
            && _segments.Skip(2).Zip(path).All(pair => pair.First.StartsWith('{') || pair.First == pair.Second);
    }
}
