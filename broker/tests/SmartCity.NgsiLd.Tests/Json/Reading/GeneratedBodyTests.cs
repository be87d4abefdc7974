using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;
using Xunit;

namespace SmartCity.NgsiLd.Tests.Json.Reading;

/// <summary>Whatever arrives, reading it answers: nothing throws, and what is accepted can be kept.</summary>
public class GeneratedBodyTests
{
    private static readonly Context WithTerms = Contexts.CompiledContext.Of(
        """{"ex": "https://example.org/", "kind": "@type", "amount": "value", "@vocab": "https://example.org/v#"}""");

    private static readonly string[] Names =
    [
        "id", "type", "@type", "@id", "@value", "@context", "value", "object", "languageMap", "vocab", "json", "valueList", "objectList",
        "datasetId", "observedAt", "expiresAt", "unitCode", "valueType", "objectType", "scope", "coordinates", "dataset", "location", "a", "b",
        "kind", "amount", "@none", "en", "createdAt", "ngsildproof", "entityIdSealed", "\\u0061", "x y", "\\ud800", "previousValue", "entity",
    ];

    private static readonly string[] Scalars =
    [
        "1", "-0.5e3", "true", "null", "\"\"", "\"x\"", "\"urn:x:1\"", "\"urn:ngsi-ld:null\"", "\"Property\"", "\"Relationship\"", "\"GeoProperty\"",
        "\"LanguageProperty\"", "\"VocabProperty\"", "\"ListProperty\"", "\"ListRelationship\"", "\"JsonProperty\"", "\"Point\"", "\"@json\"",
        "\"@none\"", "\"2026-01-01T00:00:00Z\"", "\"\\ud83d\\ude00\"", "\"\\ud800\"", "[1,2]", "{}", "[]", "\"{\\\"type\\\":1}\"",
    ];

    private static Gen<string> Json(int depth)
    {
        var scalar = Gen.Elements(Scalars);
        if (depth == 0) return scalar;
        var inner = Json(depth - 1);
        var member = from name in Gen.Elements(Names) from value in inner select $"\"{name}\": {value}";
        return Gen.Frequency(
            (2, scalar),
            (4, Gen.ListOf(member).Select(members => $"{{{string.Join(", ", members.Take(6))}}}")),
            (1, Gen.ListOf(inner).Select(items => $"[ {string.Join(" ,", items.Take(4))}]")));
    }

    private static readonly Gen<string> Body = Gen.Frequency(
        (1, Json(4)),
        (4, Gen.ListOf(from name in Gen.Elements(Names) from value in Json(3) select $"\"{name}\": {value}")
            .Select(members => $"{{\"id\": \"urn:x:1\", \"type\": \"T\", {string.Join(',', members.Take(4).Append("\"z\": 1"))}}}")));

    [Fact]
    public void Generated_members_in_any_place_never_throw() =>
        Check.One(Runs(3_000), Prop.ForAll(Body.ToArbitrary(), body => ReadEveryWay(Encoding.UTF8.GetBytes(body))));

    [Fact]
    public void Arbitrary_bytes_never_throw() =>
        Check.One(Runs(2_000), Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), ReadEveryWay));

    [Fact]
    public void Bodies_with_a_few_bytes_changed_never_throw()
    {
        var changed =
            from body in Body
            from at in Gen.Choose(0, 1000)
            from with in Gen.Choose(0, 255)
            from cut in Gen.Choose(0, 3)
            select Change(Encoding.UTF8.GetBytes(body), at, (byte)with, cut);
        Check.One(Runs(3_000), Prop.ForAll(changed.ToArbitrary(), ReadEveryWay));
    }

    [Fact]
    public void What_is_accepted_reads_the_same_when_it_is_written_again()
    {
        Check.One(Runs(3_000), Prop.ForAll(Body.ToArbitrary(), body =>
        {
            var read = Reading.Entity(body);
            if (!read.IsSuccess) return true;
            var written = Writing.Write(read.Value, Representation.Default);
            var again = Reading.Entity(written);
            if (!again.IsSuccess) throw new InvalidOperationException(again.Error!.Detail + " " + written);
            Assert.Equal(written, Writing.Write(again.Value, Representation.Default));
            return true;
        }));
    }

    private static byte[] Change(byte[] body, int at, byte with, int cut)
    {
        at %= body.Length;
        body[at] = with;
        return cut == 0 ? body[..at] : body;
    }

    private static bool ReadEveryWay(byte[] body)
    {
        foreach (var input in Enum.GetValues<EntityInput>())
        {
            foreach (var options in new[] { EntityReaderOptions.Default, Reading.Simplified })
            {
                var read = EntityReader.Read(body, WithTerms, input, options);
                if (read.IsSuccess && input == EntityInput.Entity) PackedEntity.Pack(read.Value);
                EntityReader.ReadAttribute(body, "urn:name", WithTerms, input, options);
            }
        }

        EntityReader.SplitArray(body, EntityReaderOptions.Default);
        EntityReader.FindContext(body, EntityReaderOptions.Default);
        EntityReader.FindId(body);
        if (ContextDocument.Parse(body).TryGet(out var document, out _) && !document.Parts.Any(part => part is RemoteContext))
        {
            ContextCompiler.Compile(document.Parts, body);
        }

        return true;
    }

    private static Config Runs(int count) => Config.QuickThrowOnFailure.WithMaxTest(count);
}
