using System.Text;
using SmartCity.Broker.Registrations;
using SmartCity.Broker.Tests.Notifications;
using SmartCity.Broker.Tests.Outbound;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Registrations;
using Xunit;

namespace SmartCity.Broker.Tests.Registrations;

public sealed class LocalRegistrationsTests : IAsyncDisposable
{
    private const string AnyVehicle = "\"information\":[{\"entities\":[{\"type\":\"Vehicle\"}]}]";
    private const string OneSwitch = "\"information\":[{\"entities\":[{\"type\":\"Lamp\",\"id\":\"urn:x:1\"}],\"propertyNames\":[\"switch\"]}]";

    private static readonly Call Anybody = new() { Context = Context.Core };

    private readonly ManualClock _clock = new();
    private readonly MemoryRegistrations _store = new();
    private readonly MemoryStore _entities;
    private readonly List<string> _changes = [];
    private ContextRegistry _registry;
    private LocalRegistrations _registrations;

    public LocalRegistrationsTests()
    {
        _entities = new(_clock);
        (_registry, _registrations) = Start();
    }

    public async ValueTask DisposeAsync() => await _registrations.DisposeAsync();

    [Theory]
    [InlineData("\"endpoint\":\"ftp://a\"", "endpoint is no URL")]
    [InlineData("\"endpoint\":\"http://a/?x=1\"", "endpoint is no URL")]
    [InlineData("\"endpoint\":\"urn:a:b\"", "endpoint is no URL")]
    [InlineData("\"contextSourceAlias\":\"a b\"", "contextSourceAlias is no pseudonym")]
    [InlineData("\"tenant\":\"a b\"", "tenant is no name")]
    [InlineData("\"observationInterval\":{\"startAt\":\"2020-01-01T00:00:00Z\",\"endAt\":\"2019-01-01T00:00:00Z\"}", "observationInterval.endAt is before")]
    [InlineData("\"managementInterval\":{\"startAt\":\"2020-01-01T00:00:00Z\",\"endAt\":\"2019-01-01T00:00:00Z\"}", "managementInterval.endAt is before")]
    [InlineData("\"management\":{\"timeout\":0}", "management.timeout is not greater than 0")]
    [InlineData("\"management\":{\"cooldown\":-1}", "management.cooldown is not greater than 0")]
    [InlineData("\"contextSourceInfo\":[{\"key\":\"accept\",\"value\":\"text/csv\"}]", "contextSourceInfo.accept is \"text/csv\"")]
    [InlineData("\"contextSourceInfo\":[{\"key\":\"contentType\",\"value\":\"text/csv\"}]", "contextSourceInfo.contentType is \"text/csv\"")]
    [InlineData("\"contextSourceInfo\":[{\"key\":\"jsonldContext\",\"value\":\"x\"}]", "contextSourceInfo.jsonldContext is \"x\"")]
    [InlineData("\"contextSourceInfo\":[{\"key\":\"ngsildConformance\",\"value\":\"newest\"}]", "contextSourceInfo.ngsildConformance is \"newest\"")]
    [InlineData("\"contextSourceInfo\":[{\"key\":\"a b\",\"value\":\"x\"}]", "contextSourceInfo: \"a b\" is not a header")]
    [InlineData("\"contextSourceInfo\":[{\"key\":\"X\",\"value\":\"a\\r\\nb\"}]", "contextSourceInfo: \"X\" is not a header")]
    [InlineData("\"mode\":\"exclusive\"", "information does not name one Entity by its id")]
    [InlineData("\"mode\":\"exclusive\",\"information\":[{\"entities\":[{\"type\":\"A\",\"idPattern\":\".*\"}],\"propertyNames\":[\"a\"]}]", "information does not name one Entity by its id")]
    [InlineData("\"mode\":\"exclusive\",\"information\":[{\"propertyNames\":[\"a\"]}]", "information does not name one Entity by its id")]
    [InlineData("\"mode\":\"exclusive\",\"information\":[{\"entities\":[{\"type\":\"A\",\"id\":\"urn:x:1\"},{\"type\":\"A\",\"id\":\"urn:x:2\"}],\"propertyNames\":[\"a\"]}]", "information does not name one Entity by its id")]
    [InlineData("\"mode\":\"exclusive\",\"information\":[{\"entities\":[{\"type\":\"A\",\"id\":\"urn:x:1\"}]}]", "information has an element without Attributes")]
    [InlineData("\"mode\":\"auxiliary\"", "operations has other ones than")]
    [InlineData("\"mode\":\"auxiliary\",\"operations\":[\"retrieveOps\",\"queryBatch\"]", "operations has other ones than")]
    [InlineData("\"expiresAt\":\"2001-01-01T00:00:00Z\"", "expiresAt is in the past")]
    public async Task What_breaks_a_rule_is_refused_with_the_reason(string members, string reason)
    {
        var error = (await CreateAsync("urn:r:1", members)).Error!;
        Assert.Equal(NgsiLdErrorKind.BadRequestData, error.Kind);
        Assert.Contains(reason, error.Detail, StringComparison.Ordinal);
        Assert.Equal(0, _store.Count);
        // An update is judged by what it leads to.
        await Expect(null, CreateAsync("urn:r:1", ""));
        var update = (await UpdateAsync("urn:r:1", $"{{{members}}}")).Error!;
        Assert.Contains(reason, update.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exclusive", OneSwitch, "exclusive", OneSwitch, true)]
    [InlineData("exclusive", OneSwitch, "redirect", OneSwitch, true)]
    [InlineData("redirect", OneSwitch, "exclusive", OneSwitch, true)]
    [InlineData("redirect", OneSwitch, "redirect", OneSwitch, false)]
    [InlineData("inclusive", OneSwitch, "exclusive", OneSwitch, false)]
    [InlineData("exclusive", OneSwitch, "inclusive", OneSwitch, false)]
    [InlineData("auxiliary", OneSwitch, "exclusive", OneSwitch, false)]
    [InlineData("exclusive", OneSwitch, "redirect", "\"information\":[{\"entities\":[{\"type\":\"Lamp\"}]}]", true)]
    [InlineData("exclusive", OneSwitch, "redirect", "\"information\":[{\"entities\":[{\"type\":\"Lamp\"}],\"propertyNames\":[\"power\"]}]", false)]
    [InlineData("exclusive", OneSwitch, "redirect", "\"information\":[{\"entities\":[{\"type\":\"Vehicle\"}]}]", false)]
    [InlineData("exclusive", OneSwitch, "redirect", "\"information\":[{\"entities\":[{\"type\":\"Lamp\",\"idPattern\":\"^urn:y\"}]}]", false)]
    [InlineData("exclusive", OneSwitch, "redirect", "\"information\":[{\"propertyNames\":[\"switch\"]}]", true)]
    [InlineData("exclusive", OneSwitch, "exclusive", "\"information\":[{\"entities\":[{\"type\":\"Device\",\"id\":\"urn:x:1\"}],\"propertyNames\":[\"switch\"]}]", true)]
    [InlineData("exclusive", OneSwitch, "redirect", "\"information\":[{\"entities\":[{\"type\":\"Device\",\"id\":\"urn:x:1\"}]}]", true)]
    [InlineData("exclusive", OneSwitch, "redirect", "\"information\":[{\"entities\":[{\"type\":\"Device\"},{\"type\":\"Lamp\",\"idPattern\":\"^urn:y\"}]}]", false)]
    [InlineData("redirect", "\"information\":[{\"entities\":[{\"type\":\"Device\",\"id\":\"urn:x:1\"}]}]", "exclusive", OneSwitch, true)]
    [InlineData("redirect", "\"information\":[{\"entities\":[{\"type\":\"Device\"}]}]", "exclusive", OneSwitch, false)]
    [InlineData("exclusive", OneSwitch, "exclusive", "\"information\":[{\"entities\":[{\"type\":\"Lamp\",\"id\":\"urn:x:2\"}],\"propertyNames\":[\"switch\"]}]", false)]
    [InlineData("exclusive", OneSwitch + ",\"datasetId\":[\"urn:d:1\"]", "exclusive", OneSwitch + ",\"datasetId\":[\"urn:d:2\"]", false)]
    [InlineData("exclusive", OneSwitch + ",\"datasetId\":[\"urn:d:1\"]", "exclusive", OneSwitch, true)]
    [InlineData("exclusive", OneSwitch, "exclusive", OneSwitch + ",\"observationInterval\":{\"startAt\":\"2020-01-01T00:00:00Z\"}", false)]
    [InlineData("exclusive", OneSwitch + ",\"observationInterval\":{\"startAt\":\"2010-01-01T00:00:00Z\"}", "exclusive", OneSwitch + ",\"observationInterval\":{\"startAt\":\"2020-01-01T00:00:00Z\"}", true)]
    public async Task What_is_proxied_is_at_one_place(string mode, string members, string secondMode, string secondMembers, bool isConflict)
    {
        const string Auxiliary = "\"operations\":[\"retrieveOps\"],";
        await Expect(null, CreateAsync("urn:r:1", Auxiliary + $"\"mode\":\"{mode}\",{members}"));
        await Expect(isConflict ? NgsiLdErrorKind.Conflict : null, CreateAsync("urn:r:2", Auxiliary + $"\"mode\":\"{secondMode}\",{secondMembers}"));
        // The same by an update.
        await Expect(null, CreateAsync("urn:r:3", Auxiliary + "\"mode\":\"auxiliary\""));
        if (isConflict) await Expect(NgsiLdErrorKind.Conflict, UpdateAsync("urn:r:3", $"{{\"mode\":\"{secondMode}\",{secondMembers}}}"));
        // Nothing is in conflict with itself.
        await Expect(null, UpdateAsync("urn:r:1", "{\"description\":\"x\"}"));
    }

    [Theory]
    [InlineData("exclusive", OneSwitch, true)]
    [InlineData("exclusive", "\"information\":[{\"entities\":[{\"type\":\"Lamp\",\"id\":\"urn:x:1\"}],\"propertyNames\":[\"power\"]}]", false)]
    [InlineData("exclusive", "\"information\":[{\"entities\":[{\"type\":\"Lamp\",\"id\":\"urn:x:2\"}],\"propertyNames\":[\"switch\"]}]", false)]
    [InlineData("exclusive", OneSwitch + ",\"datasetId\":[\"urn:d:1\"]", false)]
    [InlineData("exclusive", OneSwitch + ",\"datasetId\":[\"@none\"]", true)]
    [InlineData("redirect", OneSwitch, true)]
    [InlineData("redirect", "\"information\":[{\"entities\":[{\"type\":\"Lamp\"}]}]", true)]
    [InlineData("redirect", "\"information\":[{\"entities\":[{\"type\":\"Lamp\"}],\"propertyNames\":[\"power\"]}]", false)]
    [InlineData("redirect", "\"information\":[{\"entities\":[{\"type\":\"Lamp\",\"idPattern\":\"^urn:x\"}]}]", true)]
    [InlineData("redirect", "\"information\":[{\"entities\":[{\"type\":\"Lamp\",\"idPattern\":\"^urn:y\"}]}]", false)]
    [InlineData("redirect", "\"information\":[{\"entities\":[{\"type\":[\"Lamp\",\"Sensor\"]}]}]", false)]
    [InlineData("redirect", "\"information\":[{\"propertyNames\":[\"switch\"]}]", true)]
    [InlineData("inclusive", OneSwitch, false)]
    public async Task What_is_proxied_is_not_here(string mode, string members, bool isConflict)
    {
        var lamp = new Entity
        {
            Id = "urn:x:1",
            Types = [Hub.Vocabulary + "Lamp"],
            Attributes = [new Property { Name = Hub.Vocabulary + "switch", Value = JsonValue.Of("1") }],
        };
        await _entities.CommitAsync("", [new("urn:x:1", (_, now) => new EntityChange { EntityId = "urn:x:1", Before = null, After = PackedEntity.Pack(lamp), At = now })], default);
        await Expect(isConflict ? NgsiLdErrorKind.Conflict : null, CreateAsync("urn:r:1", $"\"mode\":\"{mode}\",{members}"));
    }

    [Fact]
    public async Task Ids_are_given_kept_and_not_given_twice()
    {
        Assert.StartsWith("urn:ngsi-ld:ContextSourceRegistration:", (await CreateAsync(null, "")).Value.Id, StringComparison.Ordinal);
        Assert.Equal("urn:r:1", (await CreateAsync("urn:r:1", "")).Value.Id);
        await Expect(NgsiLdErrorKind.AlreadyExists, CreateAsync("urn:r:1", ""));
        await Expect(null, CreateAsync("urn:r:1", "", Anybody with { Tenant = "t" }));
    }

    [Fact]
    public async Task Nothing_is_found_where_there_is_none()
    {
        var nobody = Anybody with { Tenant = "nobody" };
        Assert.Equal(NgsiLdErrorKind.ResourceNotFound, (await _registrations.RetrieveAsync(Anybody, "urn:r:1", default)).Error!.Kind);
        await Expect(NgsiLdErrorKind.ResourceNotFound, UpdateAsync("urn:r:1", "{}"));
        Assert.Equal(NgsiLdErrorKind.ResourceNotFound, (await _registrations.DeleteAsync(Anybody, "urn:r:1", default)).Error!.Kind);
        Assert.Equal(NgsiLdErrorKind.BadRequestData, (await _registrations.RetrieveAsync(Anybody, "x", default)).Error!.Kind);
        Assert.Equal(NgsiLdErrorKind.NonexistentTenant, (await _registrations.RetrieveAsync(nobody, "urn:r:1", default)).Error!.Kind);
        Assert.Equal(NgsiLdErrorKind.NonexistentTenant, (await _registrations.QueryAsync(nobody, new(), new(0, 1, false), default)).Error!.Kind);
    }

    [Fact]
    public async Task A_restart_changes_nothing()
    {
        await CreateAsync("urn:r:2", "\"owner\":{\"type\":\"Property\",\"value\":1},\"location\":{\"type\":\"Point\",\"coordinates\":[1,2]}");
        _clock.Advance(TimeSpan.FromSeconds(1));
        await CreateAsync("urn:r:1", "");
        var before = await ListAsync();
        _registry.Find("", "urn:r:1")!.State.Record(_clock.GetUtcNow(), success: false);
        await _registrations.DisposeAsync();
        (_registry, _registrations) = Start();
        Assert.Equal(before, await ListAsync());
        var figures = (await _registrations.RetrieveAsync(Anybody, "urn:r:1", default)).Value.Figures;
        Assert.Equal(new(1, 1, null, _clock.GetUtcNow()) { IsFailed = true }, figures);
    }

    [Fact]
    public async Task What_expires_is_deleted_when_it_is_due()
    {
        await CreateAsync("urn:r:1", "\"expiresAt\":\"2026-05-01T00:10:00Z\"");
        await CreateAsync("urn:r:2", "\"expiresAt\":\"2026-05-01T00:20:00Z\"");
        await CreateAsync("urn:r:3", "");
        _clock.Advance(TimeSpan.FromMinutes(11));
        await Eventually(() => _store.Count == 2);
        Assert.Equal(["urn:r:2", "urn:r:3"], await ListAsync());
        await Expect(null, CreateAsync("urn:r:1", ""));
        await Expect(null, UpdateAsync("urn:r:2", "{\"expiresAt\":null}"));
        _clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(3, (await ListAsync()).Count);
        Assert.Equal(["+urn:r:1", "+urn:r:2", "+urn:r:3", "-urn:r:1", "+urn:r:1", "*urn:r:2"], _changes);
    }

    [Fact]
    public async Task There_are_limits()
    {
        await _registrations.DisposeAsync();
        (_registry, _registrations) = Start(Limits.Default with { Registrations = 1, RegistrationBytes = 600, RegistrationParts = 2 });
        var tooLarge = await CreateAsync("urn:r:1", $"\"description\":\"{new string('x', 600)}\"");
        Assert.Contains("600 are allowed", tooLarge.Error!.Detail, StringComparison.Ordinal);
        var tooMany = await CreateAsync("urn:r:1", "\"information\":[{\"entities\":[{\"type\":\"A\"},{\"type\":\"B\"}]}]");
        Assert.Contains("more than 2 elements and entities", tooMany.Error!.Detail, StringComparison.Ordinal);
        await Expect(null, CreateAsync("urn:r:1", ""));
        await Expect(NgsiLdErrorKind.OperationNotSupported, CreateAsync("urn:r:2", ""));
        await Expect(null, CreateAsync("urn:r:2", "", Anybody with { Tenant = "t" }));
    }

    [Theory]
    [InlineData(0, 2, "12", true)]
    [InlineData(2, 2, "3", false)]
    [InlineData(5, 2, "", false)]
    [InlineData(0, 0, "", true)]
    public async Task Pages_come_in_the_order_of_creation(int offset, int limit, string expected, bool hasMore)
    {
        for (var i = 1; i <= 3; i++) await CreateAsync($"urn:r:{i}", "");
        var page = (await _registrations.QueryAsync(Anybody, new(), new(offset, limit, true), default)).Value;
        Assert.Equal(expected, string.Concat(page.Items.Select(view => view.Registration.Id[^1])));
        Assert.Equal((hasMore, 3), (page.HasMore, page.Total));
    }

    private (ContextRegistry, LocalRegistrations) Start(Limits? limits = null)
    {
        var registry = new ContextRegistry(new("here", _clock.GetUtcNow()), _clock);
        var registrations = new LocalRegistrations(_store, _entities, registry, Gates.Development, limits ?? Limits.Default, _clock, e => throw e);
        registrations.Changed += change =>
        {
            lock (_changes) _changes.Add($"{(change.Before is null ? '+' : change.After is null ? '-' : '*')}{(change.After ?? change.Before)!.Id}");
        };
        // Nothing to wait for: the store is in memory.
        registrations.LoadAsync(default).GetAwaiter().GetResult();
        return (registry, registrations);
    }

    private async Task<List<string>> ListAsync() =>
    [
        .. (await _registrations.QueryAsync(Anybody, new(), new(0, 100, false), default)).Value.Items
            .Select(view => view.Registration.Id),
    ];

    private async Task<Result<ContextSourceRegistration>> CreateAsync(string? id, string members, Call? call = null)
    {
        if (!members.Contains("\"endpoint\"", StringComparison.Ordinal)) members = $"\"endpoint\":\"http://a.example\"{(members.Length > 0 ? "," : "")}{members}";
        if (!members.Contains("\"information\"", StringComparison.Ordinal)) members += "," + AnyVehicle;
        var json = $"{{{(id is null ? "" : $"\"id\":\"{id}\",")}\"type\":\"ContextSourceRegistration\",{members}}}";
        return await _registrations.CreateAsync(call ?? Anybody, Encoding.UTF8.GetBytes(json), default);
    }

    private async Task<Result<ContextSourceRegistration>> UpdateAsync(string id, string fragment) =>
        await _registrations.UpdateAsync(Anybody, id, Encoding.UTF8.GetBytes(fragment), default);

    private static async Task Expect(NgsiLdErrorKind? kind, Task<Result<ContextSourceRegistration>> result)
    {
        var error = (await result).Error;
        Assert.True(error?.Kind == kind, error?.Detail);
    }

    private static async Task Eventually(Func<bool> condition)
    {
        for (var i = 0; i < 3000 && !condition(); i++) await Task.Delay(10);
        Assert.True(condition());
    }
}
