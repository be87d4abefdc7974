using System.Text;

namespace SmartCity.Broker.Tests.Http.Fuzzing;

/// <summary>Values that have broken parsers before.</summary>
internal static class Nasty
{
    public static readonly string[] Json =
    [
        "null", "true", "-", "-0", "1e999999", "-1E-99999", new string('9', 5000), "0.1e+", "01", "NaN", "Infinity", "\"\\ud800\"",
        "\"\\udfff\\ud800\"", "\"\\u0000\"", "\"\\x\"", "\"", "'a'", "{", "}", "[", "]", ",", ":", "/* c */", "\"urn:ngsi-ld:null\"",
        "{\"@none\":\"urn:ngsi-ld:null\"}", "{\"type\":\"Property\"}", "{\"type\":\"Property\",\"value\":null}",
        "{\"type\":\"Relationship\",\"object\":1}", "{\"type\":\"GeoProperty\",\"value\":{\"type\":\"Point\",\"coordinates\":[1e400,2]}}",
        "{\"type\":\"GeoProperty\",\"value\":{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,1]]]}}",
        "{\"type\":\"GeoProperty\",\"value\":{\"type\":\"Point\",\"coordinates\":[]}}", "{\"type\":\"LanguageProperty\",\"languageMap\":[]}",
        "{\"type\":\"ListProperty\",\"valueList\":{}}", "{\"type\":\"VocabProperty\",\"vocab\":[[]]}", "{\"type\":\"Nonsense\",\"value\":1}",
        "{\"value\":1,\"value\":2}", "{\"type\":\"Property\",\"value\":1,\"observedAt\":\"yesterday\"}",
        "{\"type\":\"Property\",\"value\":1,\"datasetId\":7}", "{\"\":1}", "{\"@type\":\"Property\",\"@value\":1}", "[[[]]]",
        "{\"type\":\"Property\",\"value\":1,\"expiresAt\":\"2020-01-01T00:00:00Z\"}",
    ];

    public static readonly string[] Queries =
    [
        "a==", "a==1..", "a==\"", "a~=(a+)+$", "a~=(.*)*x", "a~=((((((((((a*)*)*)*)*)*)*)*)*)*", "a~=[", "a~=(?<=a)b", "a~=\\1",
        "a~=^(([a-z])+.)+[A-Z]([a-z])+$", "((((((((((a", new string('(', 3000), string.Join(';', Enumerable.Repeat("a==1", 1500)),
        "a;;b", "a|", "!a", "a==1,2,,3", "a[b]==1", "a[b", "a.b.c.d.e.f.g==1", "a{b}==1", "a{T:b", "a==urn:x:y", "a>2020-13-40T99:99:99Z",
        "a==9e999", "\u0000", "a==\ud83d\ude00", "\ufffd", "a.b[", "[*]", "..", "a==--1", "modifiedAt>2020-01-01T00:00:00Z",
    ];

    public static readonly string[] Patterns =
    [
        "(a+)+$", "(.*)*b", "(", "[", "*", "+", "a{1000000}", "a{1,2}{3,4}{5,6}{7,8}", "((((a*)*)*)*)*", "(?:x", "\\", "[[:alpha:]", "[^]", "x{99999,1}",
        "(x|x|x|x|x|x|x|x)*y", ".*", "^urn:.*:[0-9]+$", "(?i)URN", "\\p{L}", "(?=a)", "\\1(a)", "a**", "[z-a]", "(a{100}){100}{100}",
    ];

    public static readonly string[] Geo =
    [
        "near", "near;maxDistance==-1", "near;maxDistance==1e400", "within", "near;", "near;maxDistance==x", "overlaps;x", "near;maxDistance==2000",
        "Point", "Polygon", "MultiPolygon", "GeometryCollection", "Nothing", "[1,2]", "[1e999,2]", "[[[0,0],[0,1],[1,1],[0,0]]]",
        "[[[0,0],[1,1],[0,1],[1,0],[0,0]]]", "[]", "[[]]", "[1,2", "[181,91]", "[[[0,0]]]", "[null,null]", "{}",
    ];

    public static readonly string[] Words =
    [
        "", " ", "*", "**", ",", ",,,", "a,b", "(A;B)|C", "A|", "(A", "type", "id", "@none", "urn:x:y", "true", "false", "maybe", "0", "1", "-1", "20",
        "99999999999999999999", "1.5", "keyValues", "concise", "count", "sysAttrs", "keyValues,concise", "noOverwrite", "/a/#", "/+/b", "#", "a{b,c}", "a{b",
        "en,de;q=0.5,*", "2020-01-01T00:00:00Z", "%", "%zz", "%00", "%ff%fe", "%ed%a0%80", "\u00e9", new string('x', 3000), "../..", "http://a/b?c=d#e", "'", "<script>",
    ];

    public static readonly string[] Headers =
    [
        "Accept: application/geo+json", "Accept: */*;q=0", "Accept: application/json;q=zz,,,;", "Accept: text/html", "Accept: " + new string(',', 500),
        "NGSILD-Tenant: a", "NGSILD-Tenant: ../x", "NGSILD-Tenant: " + new string('t', 400), "NGSILD-Tenant: '; drop table x", "Prefer: body=json", "Prefer: ngsi-ld=9.9",
        "Via: 1.1 a, 1.1 b (c), ,,", "Via: " + new string('v', 300), "Link: <", "Link: <>; rel=\"http://www.w3.org/ns/json-ld#context\"",
        "Link: <ftp://x/y>; rel=\"http://www.w3.org/ns/json-ld#context\"", "Link: <file:///etc/passwd>; rel=\"http://www.w3.org/ns/json-ld#context\"",
        "Link: <urn:x:y>; rel=http://www.w3.org/ns/json-ld#context", "Origin: http://a", "Expect: 100-continue", "Content-Encoding: gzip", "X: " + new string('h', 5000),
    ];

    /// <summary>Bytes that are no UTF-8.</summary>
    public static readonly byte[][] Bytes = [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82], [0x00], [0xef, 0xbb, 0xbf], [0x80]];

    public static byte[] Deep(int levels, bool arrays)
    {
        var text = new StringBuilder("{\"id\":\"urn:x:deep\",\"type\":\"T\",\"a\":{\"type\":\"Property\",\"value\":");
        for (var i = 0; i < levels; i++) text.Append(arrays ? "[" : "{\"a\":");
        text.Append('1').Append(arrays ? ']' : '}', levels).Append("}}");
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
