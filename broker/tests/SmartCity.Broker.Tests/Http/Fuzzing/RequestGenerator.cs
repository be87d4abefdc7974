using System.Globalization;
using System.Text;

namespace SmartCity.Broker.Tests.Http.Fuzzing;

/// <summary>Requests that a broker should survive: mostly nearly right, some not even HTTP. The same seed makes the same ones.</summary>
/// <param name="seed">Which ones.</param>
/// <param name="contexts">Where hostile contexts are served.</param>
internal sealed class RequestGenerator(int seed, Uri contexts)
{
    private static readonly string[] Verbs = ["GET", "POST", "PATCH", "PUT", "DELETE", "OPTIONS", "HEAD", "FROB"];

    // What is mapped, so that most requests come to somebody.
    private static readonly (string Path, string[] Verbs)[] Resources =
    [
        ("/ngsi-ld/v1/entities", ["GET", "GET", "POST"]),
        ("/ngsi-ld/v1/entities", ["GET", "GET", "HEAD"]),
        ("/ngsi-ld/v1/entities/{id}", ["GET", "PUT", "PATCH", "PATCH", "DELETE"]),
        ("/ngsi-ld/v1/entities/{id}/attrs", ["POST", "PATCH"]),
        ("/ngsi-ld/v1/entities/{id}/attrs/{name}", ["PATCH", "PUT", "DELETE"]),
        ("/ngsi-ld/v1/entityOperations/create", ["POST"]),
        ("/ngsi-ld/v1/entityOperations/upsert", ["POST"]),
        ("/ngsi-ld/v1/entityOperations/update", ["POST"]),
        ("/ngsi-ld/v1/entityOperations/merge", ["POST"]),
        ("/ngsi-ld/v1/entityOperations/delete", ["POST"]),
        ("/ngsi-ld/v1/entityOperations/query", ["POST"]),
        ("/ngsi-ld/v1/types/{name}", ["GET"]),
        ("/ngsi-ld/v1/attributes", ["GET"]),
        ("/ngsi-ld/v1/subscriptions", ["GET", "POST"]),
        ("/ngsi-ld/v1/subscriptions/{id}", ["GET", "PATCH", "DELETE"]),
        ("/ngsi-ld/v1/entities", ["GET", "DELETE"]),
        ("/ngsi-ld/v1/entityMaps", ["GET", "POST"]),
        ("/ngsi-ld/v1/entityMaps/{id}", ["GET", "PATCH", "DELETE"]),
        ("/ngsi-ld/v1/snapshots", ["POST", "DELETE"]),
        ("/ngsi-ld/v1/snapshots/{id}", ["GET", "PATCH", "DELETE"]),
        ("/ngsi-ld/v1/snapshots/{id}/clone", ["POST"]),
        ("/{name}", ["GET"]),
    ];

    private static readonly string[] Ids =
    [
        "urn:x:1", "urn:x:2", "urn:x:3", "nonsense", "%20", "urn%3Ax%3A1", "http%3A%2F%2Fa%2Fb", "urn:x:%ff", "urn:x:%00", "..", "%2e%2e", "urn:x:" + new string('y', 2000), ":", "urn:", "urn:x:%ed%a0%80", "%",
    ];

    private static readonly string[] Names = ["a", "b", "speed", "%20", "type", "id", "scope", "@context", "https%3A%2F%2Fa%2Fb", "a.b", "%zz", "a%00b", "\u00e9"];

    private static readonly string[] Parameters =
    [
        "id", "type", "idPattern", "attrs", "q", "csf", "pick", "omit", "georel", "geometry", "coordinates", "geoproperty", "geometryProperty", "lang", "scopeQ", "datasetId",
        "expandValues", "jsonKeys", "splitEntities", "local", "limit", "offset", "count", "options", "format", "observedAt", "deleteAll", "details", "unknown", "",
        "orderBy", "orderFrom", "orderGeometry", "collation", "cursor", "entityMap", "entityMapLifetime", "keep", "drop", "join", "joinLevel", "containedBy",
    ];

    private static readonly string[] Sound =
    [
        "type=T", "type=T,U", "q=a>0", "q=a==1|b", "limit=5", "count=true", "options=keyValues", "options=sysAttrs", "format=concise", "pick=id,a", "omit=b",
        "join=inline&joinLevel=3", "join=flat", "pick=b{a}&join=flat", "q=b{a}==1&join=inline",
        "attrs=a,b",
        "idPattern=urn:.*", "id=urn:x:1,urn:x:2", "scopeQ=/a/%23", "georel=near;maxDistance==1000&geometry=Point&coordinates=%5B1,2%5D", "lang=de", "datasetId=@none", "local=true",
        "local=true&orderBy=a;desc,id", "local=true&orderBy=location;dist-asc&orderFrom=%5B1,2%5D", "local=true&orderBy=l[en],b&collation=de-u-co-phonebk", "entityMap=true",
        "offset=2&cursor=fp.2.95b04de1cf78ea6c.9223372036854775807.9223372036854775807", "offset=2&cursor=bp.2.95b04de1cf78ea6c.-1.-9", "offset=1&cursor=fm.1.95b04de1cf78ea6c.x.2147483647",
    ];

    private static readonly string[] Bodies =
    [
        """{"id":"urn:x:1","type":"T","a":{"type":"Property","value":1,"unitCode":"C62","observedAt":"2026-01-01T00:00:00Z"},"b":{"type":"Relationship","object":"urn:x:2"}}""",
        """{"id":"urn:x:2","type":["T","U"],"scope":["/a/b"],"l":{"type":"LanguageProperty","languageMap":{"en":"a","de":"b"}},"v":{"type":"VocabProperty","vocab":["x"]},"j":{"type":"JsonProperty","json":{"x":[1]}}}""",
        """{"id":"urn:x:3","type":"T","location":{"type":"GeoProperty","value":{"type":"Point","coordinates":[1,2]}},"m":[{"type":"Property","value":1},{"type":"Property","value":2,"datasetId":"urn:d:1"}]}""",
        """[{"id":"urn:x:1","type":"T","a":1},{"id":"urn:x:2","type":"T","lp":{"type":"ListProperty","valueList":[1,"a"]},"lr":{"type":"ListRelationship","objectList":[{"object":"urn:x:1"}]}}]""",
        """{"a":{"value":2,"b":{"value":3}},"b":"urn:ngsi-ld:null"}""",
        """{"type":"Property","value":{"x":1},"unitCode":"C62"}""",
        """["urn:x:1","urn:x:2"]""",
        """{"type":"Query","entities":[{"type":"T","idPattern":".*"}],"q":"a>1","geoQ":{"georel":"near;maxDistance==10","geometry":"Point","coordinates":[1,2]},"pick":["a"]}""",
        """{"type":"Query","entities":[{"type":"T"}],"ordering":{"orderBy":["a;desc","b"],"collation":"de","coordinates":[1,2]},"entityMap":true,"entityMapLifetime":"PT1M"}""",
        """{"type":"Subscription","entities":[{"type":"T"}],"watchedAttributes":["a"],"q":"a>1","notification":{"endpoint":{"uri":"http://127.0.0.1:1/"},"format":"keyValues"},"throttling":1,"isActive":false}""",
        """{"id":"urn:x:1","type":"Snapshot","snapshotQueries":[{"type":"Query","entities":[{"type":"T"}],"join":"flat"}],"snapshotTemporalQueries":[{"type":"Query","attrs":["a"],"temporalQ":{"timerel":"after","timeAt":"2026-01-01T00:00:00Z","lastN":2}}],"snapshotLifetime":"PT1H","snapshotPriority":3}""",
        """{"type":"Snapshot","snapshotLifetime":"PT1S","endpoint":"http://127.0.0.1:1/","receiverInfo":[{"key":"a","value":"b"}]}""",
    ];

    private static readonly string[] Broken =
    [
        "\r\n\r\n", "GET\r\n\r\n", "GET / \r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", "GET /\u0001 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET * HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", "GET http://a/ngsi-ld/v1/types HTTP/1.1\r\nHost: a\r\n\r\n", "\u0016\u0003\u0001\u0002",
        "POST /ngsi-ld/v1/entities HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "POST /ngsi-ld/v1/entities HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: -1\r\n\r\n",
        "POST /ngsi-ld/v1/entities HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n{}", "POST /ngsi-ld/v1/entities HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{}",
        "POST /ngsi-ld/v1/entities HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", "GET /ngsi-ld/v1/types HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", "GET /ngsi-ld/v1/types HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
        "POST /ngsi-ld/v1/entities HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        "GET /ngsi-ld/v1/types HTTP/1.1\r\nHost: a\r\nNGSILD-Tenant: \u00ff\r\n\r\n", "GET /ngsi-ld/v1/entities/urn:x:\u00ff HTTP/1.1\r\nHost: a\r\n\r\n",
    ];

    private readonly Random _random = new(seed);

    /// <returns>The bytes, and whether the request is complete as it stands.</returns>
    public (byte[] Bytes, bool Whole) Next()
    {
        if (Chance(25)) return (Encoding.Latin1.GetBytes(One(Broken)), false);
        var (path, verbs) = One(Resources);
        var verb = Chance(15) ? One(Verbs) : One(verbs);
        var head = new StringBuilder($"{verb} {Target(path, verb)} HTTP/1.1\r\nHost: a\r\n");
        if (Chance(3)) head.Append(One(Nasty.Headers)).Append("\r\n");
        if (Chance(5)) head.Append("NGSILD-Snapshot: urn:x:1\r\n");
        if (Chance(12)) head.Append(CultureInfo.InvariantCulture, $"Link: <{Context()}>; rel=\"http://www.w3.org/ns/json-ld#context\"\r\n");
        if (verb is not ("POST" or "PATCH" or "PUT")) return (Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), true);

        var body = Body();
        var type = Chance(10) ? One("text/plain", "application/merge-patch+json", "", "application/geo+json") : Chance(4) ? "application/ld+json" : "application/json";
        head.Append(CultureInfo.InvariantCulture, $"Content-Type: {type}\r\n");
        if (!Chance(40)) head.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n");
        else body = [];
        return ([.. Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), .. body], true);
    }

    private string Target(string path, string verb)
    {
        path = path.Replace("{id}", One(Ids), StringComparison.Ordinal).Replace("{name}", One(Names), StringComparison.Ordinal);
        if (Chance(8)) path += One("/", "//", "/x");
        // Writes know few parameters: most go without.
        if (verb is "GET" or "HEAD" ? Chance(4) : !Chance(5)) return Latin(path);
        var query = string.Join('&', Enumerable.Range(0, _random.Next(1, 4)).Select(_ => Pair()));
        return Latin($"{path}?{(Chance(2) ? "type=T&" : "")}{query}");
    }

    private string Pair()
    {
        if (Chance(2)) return One(Sound);
        // Those that lead into a parser come more often.
        var name = Chance(2) ? One(Parameters) : One("q", "idPattern", "type", "scopeQ", "georel", "options", "pick");
        var value = name switch
        {
            "q" or "csf" => One(Nasty.Queries),
            "idPattern" => One(Nasty.Patterns),
            "georel" or "geometry" or "coordinates" => One(Nasty.Geo),
            _ => One(Nasty.Words),
        };
        return Chance(3) ? $"{name}={value}" : $"{name}={Uri.EscapeDataString(value)}";
    }

    // What a request line can hold; the rest is tried in the broken ones.
    private static string Latin(string target) =>
        string.Concat(target.Select(letter => letter is > ' ' and < '\u007f' ? letter.ToString() : Uri.HexEscape((char)(letter & 0xff))));

    private byte[] Body()
    {
        if (Chance(60)) return Nasty.Deep(_random.Next(10, 20_000), Chance(2));
        if (Chance(200)) return Encoding.UTF8.GetBytes($$"""{"id":"urn:x:1","type":"T","a":"{{new string('x', 300_000)}}"}""");
        if (Chance(30)) return Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(One(Nasty.Json), _random.Next(1, 4))));
        var body = One(Bodies);
        if (Chance(2)) body = Replace(body);
        if (Chance(6)) body = body.Replace("{\"", $"{{\"@context\":{InlineContext()},\"", StringComparison.Ordinal);
        var bytes = Encoding.UTF8.GetBytes(body).ToList();
        for (var i = Chance(2) ? _random.Next(0, 4) : 0; i > 0 && bytes.Count > 4; i--) Mutate(bytes);
        return [.. bytes];
    }

    // Some value of the body becomes a nasty one.
    private string Replace(string body)
    {
        var colon = body.IndexOf(':', _random.Next(body.Length));
        if (colon < 0) return body;
        var end = body.IndexOfAny([',', '}', ']'], colon);
        return end < 0 ? body : body[..(colon + 1)] + One(Nasty.Json) + body[end..];
    }

    private void Mutate(List<byte> bytes)
    {
        var at = _random.Next(bytes.Count);
        var length = Math.Min(_random.Next(1, 30), bytes.Count - at);
        switch (_random.Next(6))
        {
            case 0: bytes[at] ^= (byte)(1 << _random.Next(8)); break;
            case 1: bytes.RemoveRange(at, length); break;
            case 2: bytes.InsertRange(at, bytes.GetRange(at, length)); break;
            case 3: bytes.InsertRange(at, One(Nasty.Bytes)); break;
            case 4: bytes.InsertRange(at, Encoding.UTF8.GetBytes(One(Nasty.Json))); break;
            default: bytes.RemoveRange(at, bytes.Count - at); break;
        }
    }

    private string Context() => new Uri(contexts, One(HostileContexts.Paths)).ToString();

    private string InlineContext() => _random.Next(6) switch
    {
        0 => $"\"{Context()}\"",
        1 => $"[\"{Context()}\",{{\"a\":\"http://a/a\"}}]",
        2 => "{\"a\":{\"@id\":\"b:c\"},\"b\":\"a:d\",\"type\":\"x\"}",
        3 => One(Nasty.Json),
        4 => "[" + string.Join(',', Enumerable.Repeat("{\"a\":\"http://a/b\"}", 200)) + "]",
        _ => "{\"@vocab\":\"http://v/\",\"p\":\"http://p/\",\"a\":\"p:a\"}",
    };

    private bool Chance(int oneIn) => _random.Next(oneIn) == 0;

    private T One<T>(params T[] of) => of[_random.Next(of.Length)];
}
