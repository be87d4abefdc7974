using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;
using Xunit;

namespace SmartCity.NgsiLd.Tests.Json;

/// <summary>ETSI GS CIM 009 4.15.</summary>
public class LanguageFilterTests
{
    public static TheoryData<string, string, string, string> Choices => new()
    {
        { "fr", """{"en":"yes","fr":"oui"}""", "fr", "\"oui\"" },
        { "FR", """{"en":"yes","fr":"oui"}""", "fr", "\"oui\"" },
        { "fr-CH,fr", """{"fr":"oui","fr-CH":"ouais"}""", "fr-CH", "\"ouais\"" },
        { "fr-CH,en", """{"en":"yes","fr":"oui"}""", "fr", "\"oui\"" },
        { "zh-Hant-x-a,en", """{"en":"yes","zh":"shi"}""", "zh", "\"shi\"" },
        { "fr", """{"en":"yes","fr-BE":"oui"}""", "fr-BE", "\"oui\"" },
        { "fr", """{"fr-BE":"septante","fr":"oui"}""", "fr", "\"oui\"" },
        { "fr", """{"en":"yes","fro":"oïl"}""", "en", "\"yes\"" },
        { "en;q=0.5,fr;q=0.9", """{"en":"yes","fr":"oui"}""", "fr", "\"oui\"" },
        { "fr-CH,fr;q=0.9,en;q=0.8,*;q=0.5", """{"de":"ja","en":"yes"}""", "en", "\"yes\"" },
        { "fr-CH,fr;q=0.9,*;q=0.5", """{"de":"ja","en":"yes"}""", "de", "\"ja\"" },
        { "*", """{"de":"ja","en":"yes"}""", "de", "\"ja\"" },
        { "*", """{"de":"ja","@none":"1"}""", "@none", "\"1\"" },
        { "es", """{"de":"ja","@none":"1"}""", "@none", "\"1\"" },
        { "es", """{"de":"ja","en":"yes"}""", "de", "\"ja\"" },
        { "es,en;q=0", """{"de":"ja","en":"yes"}""", "de", "\"ja\"" },
        { "nl", """{"nl":["a","b"]}""", "nl", """["a","b"]""" },
        { "nl", """{"nl":"\"a\"\u00e9"}""", "nl", """ "\"a\"é" """ },
        { ";,q=,,x;q=nonsense", """{"nl":"a"}""", "nl", "\"a\"" },
    };

    [Theory]
    [MemberData(nameof(Choices))]
    public void The_best_language_becomes_a_property(string lang, string map, string tag, string value)
    {
        var entity = Writing.EntityOf(new LanguageProperty { Name = Writing.Default + "a", LanguageMap = JsonValue.Of(map) });
        Writing.AssertMember(
            $$"""{"type": "Property", "value": {{value}}, "lang": "{{tag}}"}""", "a", Writing.Write(entity, new() { Lang = lang }));
        Writing.AssertMember(
            $$"""{"value": {{value}}, "lang": "{{tag}}"}""",
            "a",
            Writing.Write(entity, new() { Lang = lang, Format = EntityFormat.Concise }));
        Writing.AssertMember(value, "a", Writing.Write(entity, new() { Lang = lang, Format = EntityFormat.Simplified }));
    }

    [Fact]
    public void Sub_attributes_and_members_are_kept()
    {
        var street = new LanguageProperty { Name = Writing.Default + "b", LanguageMap = JsonValue.Of("""{"fr":"Rue"}""") };
        var entity = Writing.EntityOf(street with { Name = Writing.Default + "a", DatasetId = "urn:d", SubAttributes = [street] });
        Writing.AssertMember(
            """
            {"type": "Property", "value": "Rue", "lang": "fr", "datasetId": "urn:d",
             "b": {"type": "Property", "value": "Rue", "lang": "fr"}}
            """,
            "a",
            Writing.Write(entity, new() { Lang = "fr" }));
    }
}
