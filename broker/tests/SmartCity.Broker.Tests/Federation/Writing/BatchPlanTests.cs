using System.Collections.Immutable;
using SmartCity.Broker.Entities;
using SmartCity.Broker.Federation.Writing;
using SmartCity.Broker.Registrations;
using SmartCity.Broker.Tests.Entities.Decisions;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Registrations;
using Xunit;

namespace SmartCity.Broker.Tests.Federation.Writing;

/// <summary>Which elements of a batch are whose, and how they get there (ETSI GS CIM 009 5.6.7.4 - 5.6.10.4, 5.6.20.4).</summary>
public sealed class BatchPlanTests
{
    [Theory]
    [InlineData(BatchKind.Create, "createBatch createEntity", "batch")]
    [InlineData(BatchKind.Create, "createEntity", "Create")]
    [InlineData(BatchKind.Create, "upsertBatch replaceEntity", "")]
    [InlineData(BatchKind.UpsertReplace, "upsertBatch", "batch")]
    [InlineData(BatchKind.UpsertReplace, "createEntity replaceEntity updateEntity", "Create, then Replace")]
    [InlineData(BatchKind.UpsertReplace, "createEntity updateEntity", "Create, then nothing")]
    [InlineData(BatchKind.UpsertReplace, "replaceEntity", "Replace")]
    [InlineData(BatchKind.UpsertReplace, "updateEntity createBatch", "")]
    [InlineData(BatchKind.UpsertUpdate, "upsertBatch", "batch")]
    [InlineData(BatchKind.UpsertUpdate, "createEntity replaceEntity updateEntity", "Create, then Update")]
    [InlineData(BatchKind.UpsertUpdate, "createEntity replaceEntity", "Create, then nothing")]
    [InlineData(BatchKind.UpsertUpdate, "updateEntity replaceEntity", "Update")]
    [InlineData(BatchKind.UpsertUpdate, "replaceEntity", "")]
    [InlineData(BatchKind.Update, "updateBatch", "batch")]
    [InlineData(BatchKind.Update, "updateEntity appendAttrs", "Update")]
    [InlineData(BatchKind.Update, "appendAttrs", "")]
    [InlineData(BatchKind.UpdateNoOverwrite, "updateBatch", "batch")]
    [InlineData(BatchKind.UpdateNoOverwrite, "updateEntity appendAttrs", "Append")]
    [InlineData(BatchKind.UpdateNoOverwrite, "updateEntity", "")]
    [InlineData(BatchKind.Merge, "mergeBatch", "batch")]
    [InlineData(BatchKind.Merge, "mergeEntity", "Merge")]
    [InlineData(BatchKind.Merge, "updateEntity", "")]
    [InlineData(BatchKind.Delete, "deleteBatch", "batch")]
    [InlineData(BatchKind.Delete, "deleteEntity", "Delete")]
    [InlineData(BatchKind.Delete, "purgeEntity", "")]
    public void A_source_does_its_part_with_what_it_offers(BatchKind kind, string offered, string manner)
    {
        var operations = offered.Split(' ').Aggregate(ContextSourceOperations.None, (all, one) => all | Enum.Parse<ContextSourceOperations>(one, true));
        var found = BatchManner.Of(kind, operations) switch
        {
            null => "",
            { IsBatch: true } => "batch",
            { IsUpsert: true } upsert => $"{upsert.First}, then {upsert.Then?.ToString() ?? "nothing"}",
            var single => $"{single.First}",
        };
        Assert.Equal(manner, found);
    }

    [Fact]
    public void Each_source_gets_one_share_in_the_order_of_the_batch()
    {
        var plan = Plan(
            BatchKind.Create,
            "x exclusive Room urn:2 a createBatch | r redirect Room ~urn:[23] b createEntity | i inclusive Room * * createBatch | n redirect Room urn:4 a retrieveEntity",
            ("urn:1", """{"a":1}"""), ("urn:2", """{"a":2,"b":2,"c":2}"""), ("urn:3", """{"b":3}"""), ("urn:4", """{"a":4}"""), ("urn:2", """{"a":5}"""));
        Assert.Equal(
            "i: urn:1 Room a, urn:2 Room c; r: urn:2 Room b, urn:3 Room b; x: urn:2 Room a, urn:2 Room a",
            string.Join("; ", plan.Shares.OrderBy(share => share.Source.Id).Select(Words)));
        Assert.Equal(["batch", "one by one", "batch"], plan.Shares.OrderBy(share => share.Source.Id).Select(share => share.Manner.IsBatch ? "batch" : "one by one"));
        Assert.Equal("n urn:4 Conflict", string.Join(", ", plan.Refused.Select(one => $"{one.Part.Source.Id} {one.Part.Write.EntityId} {one.Error.Kind}")));
        Assert.Equal(["urn:1 a", "urn:2 c"], plan.Rest.Select(item => $"{item.EntityId} {string.Join(' ', item.Entity!.Attributes.Select(one => one.Name[^1]))}"));
    }

    [Fact]
    public void What_could_not_be_read_and_what_nobody_registered_stays_as_it_is()
    {
        var wrong = new BatchItem("urn:1", null, NgsiLdError.BadRequestData("no type"));
        var nameless = new BatchItem("", null, NgsiLdError.BadRequestData("no id"));
        var item = Item("urn:2", """{"a":1}""");
        var plan = BatchPlan.Of(BatchKind.Create, [wrong, nameless, item], MergeOptions.None, None, _ => Sources.Of("r redirect Car * * createBatch"));
        Assert.True(plan.IsLocal);
        Assert.Equal([wrong, nameless, item], plan.Rest.AsEnumerable());
    }

    [Fact]
    public void Deletions_go_by_the_types_of_what_is_here()
    {
        var here = new Dictionary<string, PackedEntity> { ["urn:1"] = PackedEntity.Pack(Told.Entity("{}") with { Id = "urn:1" }) };
        ImmutableArray<BatchItem> items = [new("urn:1", null), new("urn:2", null)];
        var matches = Sources.Of("r redirect Room * * deleteBatch | c redirect Car * * deleteBatch");
        var plan = BatchPlan.Of(BatchKind.Delete, items, MergeOptions.None, here, _ => matches);
        Assert.Equal("c: urn:2 all if Car; r: urn:1 all, urn:2 all if Room", string.Join("; ", plan.Shares.OrderBy(share => share.Source.Id).Select(Words)));
        Assert.Equal(["urn:1", "urn:2"], plan.Rest.Select(item => item.EntityId));
    }

    [Fact]
    public void An_upsert_that_can_only_update_is_divided_like_the_others()
    {
        var error = NgsiLdError.BadRequestData("a Null");
        var item = new BatchItem("urn:1", null, error) { Update = Told.Fragment("""{"id":"urn:1","type":"Room","a":"urn:ngsi-ld:null","b":1}""") };
        var plan = BatchPlan.Of(BatchKind.UpsertUpdate, [item], MergeOptions.None, None, _ => Sources.Of("r redirect Room * b upsertBatch"));
        Assert.Equal("r: urn:1 Room b", Words(plan.Shares.Single()));
        var rest = plan.Rest.Single();
        Assert.Equal(("urn:1", null, error, "a"), (rest.EntityId, rest.Entity, rest.Error, rest.Update!.Attributes.Single().Name[^1..]));
    }

    [Fact]
    public void Registrations_are_looked_up_once_for_all_Entities_of_the_same_types()
    {
        var registry = new CountingRegistry(Sources.Of("x exclusive Room urn:1 a | r redirect Room * b | y exclusive Room urn:2 a | !l exclusive Room urn:3 a"));
        var candidates = new BatchCandidates(new() { Context = NgsiLd.Contexts.Context.Core }, registry);
        var types = ImmutableArray.Create(Sources.Expanded("Room"));
        string Found(string id) => string.Join(' ', candidates.Of(new(id) { Types = types }) is var found
            ? found.Sources.Select(match => match.Source.Id).Concat(found.Loops.Select(loop => "!" + loop.Id))
            : []);
        Assert.Equal(["r x", "r y", "r !l", "r"], new[] { "urn:1", "urn:2", "urn:3", "urn:4" }.Select(Found));
        Assert.Equal(1, registry.Asked);
        candidates.Of(new("urn:1"));
        candidates.Of(new("urn:1") { Types = [.. types, Sources.Expanded("Car")] });
        Assert.Equal(3, registry.Asked);
    }

    private static readonly Dictionary<string, PackedEntity> None = [];

    private static BatchPlan Plan(BatchKind kind, string registrations, params (string Id, string Members)[] items)
    {
        var matches = Sources.Of(registrations);
        return BatchPlan.Of(kind, [.. items.Select(item => Item(item.Id, item.Members))], MergeOptions.None, None, _ => matches);
    }

    private static BatchItem Item(string id, string members) => new(id, Told.Entity(members) with { Id = id });

    private static string Words(BatchShare share) =>
        $"{share.Source.Id}: {string.Join(", ", share.Writes.Select(write => $"{write.EntityId} {Sources.Words(write)}"))}";

    private sealed class CountingRegistry(RegistrationMatches all) : IContextRegistry
    {
        public int Asked { get; private set; }

        public ValueTask<RegistryStamp> StampAsync(CancellationToken cancellation) => new(new RegistryStamp());

        public bool HasAny(string tenant) => true;

        public RegistrationMatches Match(Call call, RegistrationQuery query)
        {
            Asked++;
            return all;
        }
    }
}
