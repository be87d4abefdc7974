using SmartCity.Broker.Entities;
using SmartCity.Broker.Federation;
using SmartCity.Broker.Federation.Writing;
using SmartCity.Broker.Tests.Entities.Decisions;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Queries;
using Xunit;

namespace SmartCity.Broker.Tests.Federation.Writing;

/// <summary>Which part of a write is whose (ETSI GS CIM 009 5.6.1.4 - 5.6.6.4, 5.6.17.4 - 5.6.19.4).</summary>
public sealed class WritePlanTests
{
    private const string Abc = """{"a":1,"b":2,"c":3}""";
    private const string Room = "urn:ngsi-ld:Room:1";

    [Theory]
    [InlineData("", "", "Room a b c")]
    [InlineData("x exclusive Room urn:ngsi-ld:Room:1 a", "x: Room a", "Room b c")]
    [InlineData("x exclusive Room urn:ngsi-ld:Room:2 a", "", "Room a b c")]
    [InlineData("x exclusive Car urn:ngsi-ld:Room:1 a", "", "Room a b c")]
    [InlineData("x exclusive Room urn:ngsi-ld:Room:1 z", "", "Room a b c")]
    [InlineData("x exclusive Room urn:ngsi-ld:Room:1 a,b,c", "x: Room a b c", "nothing")]
    [InlineData("r redirect Room * *", "r: Room a b c", "nothing")]
    [InlineData("r redirect Room ~Room *", "r: Room a b c", "nothing")]
    [InlineData("r redirect Room ~Hall *", "", "Room a b c")]
    [InlineData("r redirect * * b", "r: Room b", "Room a c")]
    [InlineData("r redirect Room * a | s redirect Room * a,b", "r: Room a; s: Room a b", "Room c")]
    [InlineData("i inclusive Room * *", "i: Room a b c", "Room a b c")]
    [InlineData("i inclusive Room * b,z", "i: Room b", "Room a b c")]
    [InlineData("i inclusive Room * z", "", "Room a b c")]
    [InlineData("i inclusive Room * * | r redirect Room * b | x exclusive Room urn:ngsi-ld:Room:1 a", "x: Room a; r: Room b; i: Room c", "Room c")]
    [InlineData("x exclusive Room urn:ngsi-ld:Room:1 a | r redirect Room * *", "x: Room a; r: Room b c", "nothing")]
    [InlineData("a auxiliary Room * *", "", "Room a b c")]
    public void A_creation_is_divided_by_mode(string registrations, string parts, string rest)
    {
        var plan = Plan(SourceWriteKind.Create, Told.Entity(Abc), registrations);
        Assert.Equal((parts, rest), (Sources.Words(plan.Requests), Sources.Words(plan.Rest)));
        Assert.Empty(plan.Refused);
    }

    [Theory]
    [InlineData("{}", "x exclusive Room urn:ngsi-ld:Room:1 a", "", "Room")]
    [InlineData("{}", "r redirect Room * *", "r: Room", "nothing")]
    [InlineData("{}", "r redirect Room * a", "", "Room")]
    [InlineData("{}", "i inclusive Room * * | j inclusive Room * a", "i: Room", "Room")]
    [InlineData("""{"scope":"/x/y","a":1,"b":2}""", "r redirect Room * a", "r: Room /x/y a", "Room /x/y b")]
    [InlineData("""{"scope":"/x/y","a":1}""", "i inclusive Room * * createEntity * /x", "i: Room /x/y a", "Room /x/y a")]
    [InlineData("""{"scope":"/xy","a":1}""", "i inclusive Room * * createEntity * /x", "", "Room /xy a")]
    [InlineData("""{"a":1}""", "i inclusive Room * * createEntity * /x", "", "Room a")]
    [InlineData("""{"a":[{"type":"Property","value":1},{"type":"Property","value":2,"datasetId":"urn:d"}]}""", "r redirect Room * * createEntity urn:d", "r: Room a[urn:d]", "Room a")]
    [InlineData("""{"a":[{"type":"Property","value":1},{"type":"Property","value":2,"datasetId":"urn:d"}]}""", "r redirect Room * * createEntity @none", "r: Room a", "Room a[urn:d]")]
    [InlineData("""{"a":[{"type":"Property","value":1},{"type":"Property","value":2,"datasetId":"urn:d"}]}""", "r redirect Room * a createEntity @none,urn:d", "r: Room a a[urn:d]", "nothing")]
    public void What_is_no_Attribute_and_what_is_of_other_datasets_is_divided_too(string entity, string registrations, string parts, string rest)
    {
        registrations = registrations.Replace("* * createEntity * /x", "* * createEntity * /x", StringComparison.Ordinal);
        var plan = Plan(SourceWriteKind.Create, Told.Entity(entity), registrations);
        Assert.Equal((parts, rest), (Sources.Words(plan.Requests), Sources.Words(plan.Rest)));
    }

    [Theory]
    [InlineData("Room", "r redirect Room,Car * a", "", "Room b a")]
    [InlineData("Room Car", "r redirect Room,Car * a", "r: Room Car a", "Room Car b")]
    [InlineData("Room Car", "r redirect Car * *", "r: Car b a", "nothing")]
    [InlineData("Room Car", "r redirect Room+Car * a", "r: Room Car a", "Room Car b")]
    [InlineData("Room Car", "r redirect Room+Bus * a", "r: Room a", "Room Car b")]
    [InlineData("Room Car", "r redirect * * a", "r: Room Car a", "Room Car b")]
    public void A_source_is_told_no_types_but_those_that_it_registered(string types, string registrations, string parts, string rest)
    {
        var entity = Told.Entity("""{"b":1,"a":1}""") with { Types = [.. types.Split(' ').Select(Sources.Expanded)] };
        var plan = Plan(SourceWriteKind.Create, entity, registrations);
        Assert.Equal((parts, rest), (Sources.Words(plan.Requests), Sources.Words(plan.Rest)));
    }

    [Theory]
    [InlineData(SourceWriteKind.Merge, """{"a":1,"b":2}""", "{}", "x exclusive Room urn:ngsi-ld:Room:1 a", "x: a", "b")]
    [InlineData(SourceWriteKind.Update, """{"a":1,"b":2}""", "{}", "x exclusive Room urn:ngsi-ld:Room:1 a", "x: a", "b")]
    [InlineData(SourceWriteKind.Append, """{"a":1,"b":2}""", "{}", "x exclusive Room urn:ngsi-ld:Room:1 a", "x: a", "b")]
    [InlineData(SourceWriteKind.Append, """{"a":1}""", "{}", "x exclusive Room urn:ngsi-ld:Room:1 a", "x: a", "nothing")]
    [InlineData(SourceWriteKind.Append, """{"type":"Room","a":1}""", "{}", "x exclusive Room urn:ngsi-ld:Room:1 a", "x: Room a", "nothing")]
    [InlineData(SourceWriteKind.Append, """{"type":["Room","Hall"],"a":1}""", "{}", "x exclusive Room urn:ngsi-ld:Room:1 a", "x: Room a", "Room Hall")]
    [InlineData(SourceWriteKind.Append, """{"scope":"/s","a":1}""", "{}", "x exclusive Room urn:ngsi-ld:Room:1 a", "x: a", "/s")]
    [InlineData(SourceWriteKind.Append, """{"scope":"/s","a":1}""", null, "x exclusive Room urn:ngsi-ld:Room:1 a", "x: a", "nothing")]
    [InlineData(SourceWriteKind.Append, """{"scope":"/s"}""", "{}", "r redirect Room * *", "r: /s", "nothing")]
    [InlineData(SourceWriteKind.Append, """{"scope":"/s"}""", "{}", "r redirect Room * a", "", "/s")]
    [InlineData(SourceWriteKind.Append, """{"a":1}""", "{}", "r redirect Car * *", "", "a")]
    [InlineData(SourceWriteKind.Append, """{"a":1}""", null, "r redirect Car * *", "r: a", "a")]
    [InlineData(SourceWriteKind.Append, """{"a":1}""", null, "r redirect Car * * createEntity", "", "a")]
    [InlineData(SourceWriteKind.Append, """{"a":1}""", null, "!r redirect Car * *", "", "a")]
    [InlineData(SourceWriteKind.Append, """{"a":1}""", null, "r redirect Car * * | i inclusive Bus * *", "r: a if Car; i: a if Bus", "a")]
    [InlineData(SourceWriteKind.Append, """{"a":1}""", null, "r redirect Car ~Room *", "r: a", "nothing")]
    [InlineData(SourceWriteKind.Append, """{"a":1}""", null, "r redirect * * a", "r: a", "nothing")]
    [InlineData(SourceWriteKind.Append, """{"a":1}""", null, "r redirect Car,Bus+Van * *", "r: a", "a")]
    [InlineData(SourceWriteKind.Append, """{"a":1}""", null, "x exclusive Car urn:ngsi-ld:Room:1 a", "x: a", "nothing")]
    [InlineData(SourceWriteKind.Append, """{"a":1}""", null, "i inclusive * * *", "i: a", "a")]
    [InlineData(SourceWriteKind.Update, """{"a":"urn:ngsi-ld:null","b":2}""", "{}", "i inclusive Room * b", "i: b", "a b")]
    [InlineData(SourceWriteKind.Replace, """{"type":"Room","a":1}""", "{}", "x exclusive Room urn:ngsi-ld:Room:1 a", "x: Room a", "Room")]
    [InlineData(SourceWriteKind.Replace, """{"type":"Room","a":1}""", null, "x exclusive Room urn:ngsi-ld:Room:1 a", "x: Room a", "nothing")]
    [InlineData(SourceWriteKind.Replace, """{"type":"Room","a":1,"b":1}""", "{}", "r redirect Room * *", "r: Room a b", "nothing")]
    [InlineData(SourceWriteKind.Replace, """{"type":"Room","a":1,"b":1}""", "{}", "i inclusive Room * a", "i: Room a", "Room a b")]
    public void A_Fragment_is_divided_by_the_types_of_what_is_here(
        SourceWriteKind kind, string fragment, string? here, string registrations, string parts, string rest)
    {
        var plan = Plan(kind, Told.Fragment(fragment), registrations, here);
        Assert.Equal((parts, rest), (Sources.Words(plan.Requests), Sources.Words(plan.Rest)));
        Assert.Empty(plan.Refused);
    }

    [Theory]
    [InlineData("Car", "r redirect Car * *", "r: a if Car", "nothing")]
    [InlineData("Car", "r redirect Room * *", "", "a if Car")]
    [InlineData("Car,Room", "r redirect Room * *", "r: a if Room", "nothing")]
    [InlineData("Car;Room", "r redirect Room * *", "", "a if Car;Room")]
    [InlineData("*", "r redirect Room * *", "r: a if Room", "nothing")]
    public void Of_what_is_not_here_the_client_may_say_the_types(string type, string registrations, string parts, string rest)
    {
        var guard = new EntityGuard(TypeSelectionParser.Parse(type, Context.Core).Value);
        var request = new SourceWrite(SourceWriteKind.Update, Room) { Entity = Told.Fragment("""{"a":1}"""), Guard = guard };
        var plan = WritePlan.Of(request, WriteTarget.Of(request, null), Sources.Of(registrations));
        Assert.Equal((parts, rest), (Sources.Words(plan.Requests), Sources.Words(plan.Rest)));
    }

    [Theory]
    [InlineData("x exclusive Room urn:ngsi-ld:Room:1 a", "x: all", "all")]
    [InlineData("x exclusive Room urn:ngsi-ld:Room:1 a | r redirect Room * b | i inclusive Room * *", "x: all; r: all; i: all", "all")]
    [InlineData("r redirect Car * *", "", "all")]
    public void A_deletion_goes_everywhere(string registrations, string parts, string rest)
    {
        var plan = Plan(new SourceWrite(SourceWriteKind.Delete, Room), registrations, "{}");
        Assert.Equal((parts, rest), (Sources.Words(plan.Requests), Sources.Words(plan.Rest)));
    }

    [Theory]
    [InlineData("x exclusive Room urn:ngsi-ld:Room:1 a", "x: a a[urn:d]", "nothing")]
    [InlineData("x exclusive Room urn:ngsi-ld:Room:1 b", "", "a a[urn:d]")]
    [InlineData("r redirect Room * * updateAttrs,replaceAttrs @none", "r: a", "a[urn:d]")]
    [InlineData("i inclusive Room * a", "i: a a[urn:d]", "a a[urn:d]")]
    [InlineData("r redirect Room * * | i inclusive Room * *", "r: a a[urn:d]", "nothing")]
    public void One_Attribute_is_divided_by_datasets(string registrations, string parts, string rest)
    {
        foreach (var kind in new[] { SourceWriteKind.PartialUpdateAttribute, SourceWriteKind.ReplaceAttribute })
        {
            var instances = Told.Attribute("""[{"type":"Property","value":1},{"type":"Property","value":2,"datasetId":"urn:d"}]""", "a");
            var request = new SourceWrite(kind, Room) { AttributeName = Sources.Expanded("a"), Instances = instances };
            var plan = Plan(request, registrations, "{}");
            Assert.Equal((parts, rest), (Sources.Words(plan.Requests), Sources.Words(plan.Rest)));
        }
    }

    [Theory]
    [InlineData(null, false, "x exclusive Room urn:ngsi-ld:Room:1 a", "x: a", "nothing")]
    [InlineData("urn:d", false, "x exclusive Room urn:ngsi-ld:Room:1 a", "x: a[urn:d]", "nothing")]
    [InlineData("urn:d", false, "r redirect Room * a deleteAttrs @none", "", "a[urn:d]")]
    [InlineData(null, true, "r redirect Room * a deleteAttrs @none,urn:d", "r: a; r: a[urn:d]", "a[all]")]
    [InlineData(null, true, "r redirect Room * a", "r: a[all]", "nothing")]
    [InlineData(null, true, "i inclusive Room * a", "i: a[all]", "a[all]")]
    [InlineData(null, false, "i inclusive Room * b", "", "a")]
    public void The_deletion_of_an_Attribute_is_divided_by_datasets(string? datasetId, bool all, string registrations, string parts, string rest)
    {
        var request = new SourceWrite(SourceWriteKind.DeleteAttribute, Room) { AttributeName = Sources.Expanded("a"), DatasetId = datasetId, All = all };
        var plan = Plan(request, registrations, "{}");
        Assert.Equal((parts, rest), (Sources.Words(plan.Requests), Sources.Words(plan.Rest)));
    }

    public static TheoryData<SourceWriteKind, string> Operations => new()
    {
        { SourceWriteKind.Create, "createEntity" },
        { SourceWriteKind.Replace, "replaceEntity" },
        { SourceWriteKind.Merge, "mergeEntity" },
        { SourceWriteKind.Append, "appendAttrs" },
        { SourceWriteKind.Update, "updateEntity" },
        { SourceWriteKind.Delete, "deleteEntity" },
        { SourceWriteKind.PartialUpdateAttribute, "updateAttrs" },
        { SourceWriteKind.ReplaceAttribute, "replaceAttrs" },
        { SourceWriteKind.DeleteAttribute, "deleteAttrs" },
    };

    [Theory]
    [MemberData(nameof(Operations))]
    public void A_source_that_does_not_offer_the_operation_is_not_asked(SourceWriteKind kind, string operation)
    {
        var request = new SourceWrite(kind, Room);
        if (operation.EndsWith("Attrs", StringComparison.Ordinal) && kind != SourceWriteKind.Append)
        {
            request = request with { AttributeName = Sources.Expanded("a"), Instances = Told.Attribute("""{"type":"Property","value":1}""", "a") };
        }
        else if (kind != SourceWriteKind.Delete)
        {
            request = request with { Entity = Told.Entity("""{"a":1}""") };
        }

        foreach (var mode in new[] { "exclusive Room urn:ngsi-ld:Room:1 a", "redirect Room * *" })
        {
            Assert.Equal(Sources.Words([.. Plan(request, $"r {mode} {operation}", "{}").Requests]), $"r: {Sources.Words(request)}");
            var refused = Plan(request, $"r {mode} retrieveEntity", "{}");
            var (part, error) = Assert.Single(refused.Refused);
            Assert.Equal(("r", NgsiLdErrorKind.Conflict), (part.Source.Id, error.Kind));
            Assert.Contains(operation, error.Detail, StringComparison.Ordinal);
            Assert.Empty(refused.Requests);
            Assert.Equal(kind == SourceWriteKind.Delete ? "all" : "nothing", kind == SourceWriteKind.Replace ? "nothing" : Sources.Words(refused.Rest));
        }

        Assert.Equal(Sources.Words([.. Plan(request, $"r inclusive Room * * {operation}", "{}").Requests]), $"r: {Sources.Words(request)}");
        Assert.True(Plan(request, "r inclusive Room * * retrieveEntity", "{}").IsLocal);
    }

    [Theory]
    [InlineData("!x exclusive Room urn:ngsi-ld:Room:1 a", "x", "Room b c")]
    [InlineData("!x exclusive Room urn:ngsi-ld:Room:2 a", "", "Room a b c")]
    [InlineData("!r redirect Room * *", "r", "nothing")]
    [InlineData("!r redirect Room * * | !s redirect Room * a", "r s", "nothing")]
    [InlineData("!i inclusive Room * *", "", "Room a b c")]
    public void What_a_source_has_that_the_request_has_passed_is_in_a_loop(string registrations, string loops, string rest)
    {
        var plan = Plan(SourceWriteKind.Create, Told.Entity(Abc), registrations);
        Assert.Equal((loops, rest), (string.Join(' ', plan.Refused.Select(refused => refused.Part.Source.Id)), Sources.Words(plan.Rest)));
        Assert.All(plan.Refused, refused => Assert.Equal(NgsiLdErrorKind.SourceLoop, refused.Error.Kind));
        Assert.Empty(plan.Requests);
    }

    private static WritePlan Plan(SourceWriteKind kind, NgsiLd.Entities.Entity entity, string registrations, string? here = null) =>
        Plan(new SourceWrite(kind, Room) { Entity = entity }, registrations, here);

    private static WritePlan Plan(SourceWrite request, string registrations, string? here) =>
        WritePlan.Of(request, WriteTarget.Of(request, here is null ? null : Told.Kept(here)), Sources.Of(registrations));
}
